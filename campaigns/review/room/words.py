"""What the review room calls its piles and its keys, in the language of the screen."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.review.room.pile import ASIDE, EDITED, LOOK, MINE, PILES, REST, letters_on
from customers.models import User

# In the line above the name («Χριστούγεννα 2026 · όσα θέλουν μια ματιά»).
PILE_WORDS = {
    LOOK: _("those that want a look"),
    REST: _("the rest"),
    MINE: _("those that bear your name"),
    EDITED: _("those written by hand"),
    ASIDE: _("those set aside"),
}
# Said of a pile on which nothing has ever lain.
EMPTY_WORDS = {
    LOOK: _("No letter of this greeting wants a look of its own. The rest can still be read one by one."),
    REST: _("All of its letters wanted a look, so none is left over here."),
    MINE: _("No letter of this greeting bears your name."),
    EDITED: _("Nobody has changed a letter by hand. Every one says what was written for all."),
    ASIDE: _("Nobody has set a letter aside."),
}


def empty_words(pile: str) -> str:
    return str(EMPTY_WORDS[pile])


def pile_words(pile: str) -> str:
    return str(PILE_WORDS[pile])


@dataclass(frozen=True)
class PileToRead:
    """A pile with something on it: its code, its words, and how many letters wait there."""

    pile: str
    words: str
    left: int


def piles_to_read(campaign: Campaign, user: User) -> list[PileToRead]:
    """Return the piles of `user` on which letters lie."""
    counts = ((pile, letters_on(campaign, pile, by=user).count()) for pile in PILES)
    return [PileToRead(pile, pile_words(pile), left) for pile, left in counts if left]


@dataclass(frozen=True)
class Key:
    """A key by its place on the board (`KeyboardEvent.code`), and the letter that stands on it in this language."""

    code: str
    letter: str


# The first letter of the word on the button, on the key that writes it: Εντάξει, Διόρθωση, στην Άκρη, Όνομα, Κάρτα,
# Ίδια; Tick, Edit, Set aside, Name, Card, aLike. The browser reads the place, so the layout does not matter.
_BUTTONS = ("tick", "edit", "aside", "name", "hand", "alike")
_KEYS = {
    "el": (("KeyE", "Ε"), ("KeyD", "Δ"), ("KeyA", "Α"), ("KeyO", "Ο"), ("KeyK", "Κ"), ("KeyI", "Ι")),
    "en": (("KeyT", "T"), ("KeyE", "E"), ("KeyS", "S"), ("KeyN", "N"), ("KeyC", "C"), ("KeyL", "L")),
}


def keys_of() -> dict[str, Key]:
    """Return the key of each decision for the language in force."""
    language = (get_language() or "en")[:2]
    return {name: Key(*key) for name, key in zip(_BUTTONS, _KEYS.get(language, _KEYS["en"]), strict=True)}
