"""The neutral opening before it is given: how each letter would begin, and one whole letter as it would arrive.

Nobody approves words they have not seen. What was shown has a mark, and who gives the opening sends it back.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Campaign, Message
from campaigns.preparing.writing import Desk, day_told
from campaigns.rendering import RenderedGreeting
from campaigns.review.release import new_words_of
from campaigns.review.rewriting import read_again
from campaigns.review.today import mark_of_today


@dataclass(frozen=True)
class Opening:
    """An opening that names nobody, how many letters would begin with it, and the first of them."""

    language: str
    words: str
    count: int
    letter_id: int


@dataclass(frozen=True)
class NeutralLook:
    """The `openings`, the most frequent first, and one `letter` with its whole `words`; in the name of the house where
    `by_house`. `mark`, 64 hex digits, is another one when any of it would be another, or other letters
    would be given it.
    """

    openings: tuple[Opening, ...]
    letter: Message
    words: RenderedGreeting
    by_house: bool
    mark: str

    @property
    def count(self) -> int:
        return sum(each.count for each in self.openings)


def neutral_look(
    campaign: Campaign, letters: Sequence[Message], *, sample: int, by_house: Collection[int], now: datetime
) -> NeutralLook | None:
    """What these held letters, with contact and review, would say; whole the one with the number `sample`, else one
    with the most frequent opening. None when there is none, or no words for it. A constant number of statements.
    """
    openings = _openings(campaign, letters, now=now)
    if not openings:
        return None
    by_id = {letter.pk: letter for letter in letters}
    letter = by_id.get(sample) or by_id[openings[0].letter_id]
    words = new_words_of(campaign, [letter.pk], now=now, by_house=by_house, neutral=True).get(letter.pk)
    if words is None:
        return None
    begin = sorted(f"{each.language} {each.words}" for each in openings)
    told = "\n".join([mark_of_today(letter, words), *begin, *map(str, sorted(by_id))])
    mark = hashlib.sha256(told.encode()).hexdigest()
    return NeutralLook(openings, letter, words, letter.pk in by_house, mark)


def _openings(campaign: Campaign, letters: Sequence[Message], *, now: datetime) -> tuple[Opening, ...]:
    desk = Desk(campaign, today=day_told(campaign, now=now))
    people = read_again(desk, list(letters), signing=Campaign.Signing.HOUSE, neutral=True)
    begin: dict[tuple[str, str], list[int]] = {}
    for letter, person in zip(letters, people, strict=True):
        begin.setdefault((person.contact.language, person.opening.text), []).append(letter.pk)
    found = [Opening(language, words, len(pks), pks[0]) for (language, words), pks in begin.items()]
    return tuple(sorted(found, key=lambda each: (-each.count, each.letter_id)))
