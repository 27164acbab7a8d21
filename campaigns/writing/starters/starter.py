"""What a starter is, and how one is written down."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.occasions import NAMES

_MANNERS = {"formal": _("formal"), "informal": _("informal"), "company": _("to a company")}
# The first and the last line of every letter, by the name its writers know.
_FRAME = {"el": ("προσφώνηση", "υπογραφή"), "en": ("salutation", "signature")}
# A fact is put in without blanks, as the desk does it: its chip does not break at the end of a line.
_BLANKS = re.compile(r"\{\{ ([^{}|]+) \}\}")
_ELIDED = re.compile("(?<=[α-ωά-ώΑ-Ω])’ ")


@dataclass(frozen=True)
class Starter:
    """One greeting to begin from. `register` is "formal", "informal" or "company"; `code` never changes."""

    code: str
    occasion: str
    name: Promise
    language: str
    register: str
    subject: str
    body: str


def starter(language: str, occasion: str, register: str, subject: str, text: str) -> Starter:
    """Return a starter whose `text` stands between opening and signature.

    A blank line parts paragraphs; a line break inside one is only for the reader of this code. An elided word holds on
    to the next by a no-break space (σ’ εσένα).
    """
    opening, signature = _FRAME[language]
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n[ ]*\n", text.strip())]
    body = "\n\n".join([f"{{{{{opening}}}}}", *paragraphs, f"{{{{{signature}}}}}"])
    return Starter(
        code=f"{occasion}-{language}-{register}",
        occasion=occasion,
        name=format_lazy("{}, {}", NAMES[occasion], _MANNERS[register]),
        language=language,
        register=register,
        subject=_tidied(subject),
        body=_tidied(body),
    )


def _tidied(text: str) -> str:
    return _ELIDED.sub("’\u00a0", _BLANKS.sub(r"{{\1}}", text))
