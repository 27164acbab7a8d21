"""What every language of greeting answers, and the person it answers for."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date

from ..answers import Answer

# Right for anybody, but impersonal: somebody should look before it goes out.
NEUTRAL = 0.5
INCOMPLETE = 0.6


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the letter opens with: names in the nominative, as they are written in their own script."""

    kind: str
    gender: str
    first: str
    last: str
    formal: bool
    company_name: str = ""
    occasion: str = ""
    on: date | None = None
    titles: tuple[str, ...] = ()


class Language(ABC):
    """The opening line in one language."""

    code: str

    @abstractmethod
    def person(self, whom: Addressee) -> Answer:
        """Return the opening for one person."""

    @abstractmethod
    def company(self, whom: Addressee) -> Answer:
        """Return the opening for a company or organisation where we know nobody."""

    @abstractmethod
    def household(self, whom: Addressee) -> Answer:
        """Return the opening for a couple or a family."""

    @abstractmethod
    def neutral(self, whom: Addressee) -> Answer:
        """Return an opening that is right for anybody."""
