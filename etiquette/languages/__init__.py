"""One class per language of greeting, behind the one interface of `base.Language`."""

from .base import Addressee, Language
from .fixed import BULGARIAN, CZECH, POLISH, SERBIAN, UKRAINIAN
from .greek import Greek
from .western import English, French, German, Italian, Spanish

LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Greek(), English(), German(), French(), Italian(), Spanish(), CZECH, POLISH, SERBIAN, BULGARIAN, UKRAINIAN,
    )
}  # fmt: skip

__all__ = ["LANGUAGES", "Addressee", "Language"]
