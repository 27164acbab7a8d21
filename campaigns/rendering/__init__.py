"""Source and plain values in; subject, text, HTML, facts used and warnings out. No model, no settings.

`compile_greeting` and `check_greeting` read what staff wrote; `CompiledGreeting.render` writes one letter;
`build_frame` and `assemble` put the sheet of paper around it.
"""

from .frame import UNSUBSCRIBE_MARK, AssembledLetter, Frame, assemble, build_frame
from .greeting import CompiledGreeting, RenderedGreeting, check_greeting, compile_greeting
from .optional import OptionalSentence
from .problems import Problem, RenderError, TemplateError

__all__ = [
    "UNSUBSCRIBE_MARK",
    "AssembledLetter",
    "CompiledGreeting",
    "Frame",
    "OptionalSentence",
    "Problem",
    "RenderError",
    "RenderedGreeting",
    "TemplateError",
    "assemble",
    "build_frame",
    "check_greeting",
    "compile_greeting",
]
