"""How long a subject will be once its facts are in."""

from collections.abc import Mapping

from campaigns.rendering import RenderError, TemplateError, compile_greeting


def length_by_example(subject: str, *, examples: Mapping[str, str], names: Mapping[str, str]) -> int:
    """Return the characters of a subject with the example of each fact in it; 0 while it cannot be written.

    `names` as for `compile_greeting`. Optional words count, for somebody reads them.
    """
    if "{" not in subject and "[[" not in subject:
        return len(subject.strip())
    try:
        return len(compile_greeting(subject=subject, body="-", names=names).render(examples).subject)
    except (TemplateError, RenderError):
        return 0
