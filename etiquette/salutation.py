"""The opening line of a letter."""

from datetime import date

from .answers import Answer
from .languages import LANGUAGES, Addressee
from .reading import NameReading

DEFAULT_LANGUAGE = "en"


def salutation(
    *,
    kind: str,
    gender: str,
    first: str,
    last: str,
    language: str = "el",
    register: str = "formal",
    company_name: str = "",
    typed: str = "",
    occasion: str = "",
    on: date | None = None,
    titles: tuple[str, ...] = (),
    confidence: float = 1.0,
    reason: str = "",
) -> Answer:
    """Return the opening for a person, household, company or organisation; never an empty one.

    What a person typed is returned as it stands (confidence 1.0, reason "typed"). Otherwise the answer is no surer than
    `confidence`, with the `reason` the reading of the name gave when that is the weaker part. `register` is "formal" or
    "informal"; `occasion` is the code or key of the occasion and `on` the day of reading, so that the neutral opening
    fits both. A language we do not know is answered in English, for review.
    """
    if typed.strip():
        return Answer(typed.strip(), 1.0, "typed")
    speaker = LANGUAGES.get(language)
    whom = Addressee(
        kind=kind,
        gender=gender,
        first=first.strip(),
        last=last.strip(),
        formal=register != "informal",
        company_name=company_name,
        occasion=occasion,
        on=on,
        titles=titles,
    )
    if speaker is None:
        speaker, confidence, reason = LANGUAGES[DEFAULT_LANGUAGE], min(confidence, 0.5), "neutral_opening"
    if kind in ("company", "organisation"):
        answer = speaker.company(whom)
    elif kind == "household":
        answer = speaker.household(whom)
    elif kind == "person":
        answer = speaker.person(whom)
    else:
        answer, confidence = speaker.neutral(whom), 0.0
        reason = reason or "placeholder"
    if confidence < answer.confidence:
        return Answer(answer.text, confidence, reason or answer.reason, answer.choices)
    return answer


def opening_of(reading: NameReading, *, register: str = "formal", language: str = "el") -> Answer:
    """Return the opening for whoever a raw name was read as (`describe`), no surer than the reading."""
    return salutation(
        kind=reading.kind,
        gender=reading.gender,
        first=reading.first,
        last=reading.last,
        language=language,
        register=register,
        company_name=reading.company_name,
        titles=reading.titles,
        confidence=reading.confidence,
        reason=reading.reason,
    )
