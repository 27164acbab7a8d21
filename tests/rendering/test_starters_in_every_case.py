"""Every starter, as everybody may come to read it: with no facts, with each, with all, on every day, of every thing."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from campaigns.rendering import RenderedGreeting
from campaigns.writing.checks import check_letter
from campaigns.writing.starters import STARTERS, Starter
from etiquette.proofreading import proofread
from tests.rendering.starter_readers import ALWAYS, Life, Reader, compiled, facts_of, lives, people_of
from tests.rendering.starters_page import page

FEWEST, MOST = 40, 110  # words of a letter, opening and signature counted
FEWEST_TO_MOURNERS = 35
LONGEST_SUBJECT = 60
STOPS = {"el": ".;", "en": ".?"}
# A subject with the longest name of address among common ones must still fit.
LONG_NAME = "Κωνσταντίνε"
EASTER_DAYS = (date(2027, 4, 20), date(2027, 4, 28), date(2027, 5, 2), date(2027, 5, 8), date(2027, 7, 1))
each = pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.code)


def cases(starter: Starter) -> Iterator[tuple[Reader, set[str] | None]]:
    """Each reader with the facts we know of them (None: all)."""
    facts = facts_of(starter)
    for who in people_of(starter):
        for known in (set(), *({fact} for fact in sorted(facts))):
            yield Reader(starter, who), known
        for life in lives(starter.language):
            yield Reader(starter, who, life), None
        for day in EASTER_DAYS if starter.occasion == "easter" else ():
            yield Reader(starter, who, wish_on=day), None


def faults(letter: RenderedGreeting, starter: Starter) -> list[object]:
    """What is wrong with a letter as it is read."""
    informal = starter.register == "informal"
    manner = "informal" if informal else "formal"
    found: list[object] = [
        *letter.warnings,
        *proofread(letter.text, language=starter.language, manner=manner),
        *proofread(letter.subject, language=starter.language, manner=manner),
        *check_letter(subject=letter.subject, text=letter.text, language=starter.language),
    ]
    found += re.findall(r"[  ]{2}| [,.;:·?]|\n{3}|[{}\[\]!]|\bNone\b|\bnan\b|[,.;·?]{2}|\(\)|«»", letter.text)
    found += [letter.subject] if len(letter.subject) > LONGEST_SUBJECT or "  " in letter.subject else []
    found += [paragraph for paragraph in letter.text.split("\n\n") if not paragraph.strip()]
    found += ["unbalanced"] if letter.text.count("«") != letter.text.count("»") else []
    found += ["orphan tag"] if re.search(r"<p>\s*</p>|<p></p>", letter.html) else []
    return found + badly_built(letter, starter)


def badly_built(letter: RenderedGreeting, starter: Starter) -> list[str]:
    """Sentences that begin or end wrongly, or two in a row that begin alike; a first word of Greek is small."""
    opening, *paragraphs, _signature = letter.text.split("\n\n")
    found = [] if opening.endswith(",") else [opening]
    for number, paragraph in enumerate(paragraphs):
        told = sentences_of(paragraph, starter.language)
        if paragraph[-1] not in STOPS[starter.language]:
            found.append(paragraph)
        if len(told) == 1 and len(paragraph.split()) < 4:
            found.append(f"orphan: {paragraph}")
        for place, sentence in enumerate(told):
            small = number == place == 0 and starter.language == "el"
            if not sentence[0].isalpha() or sentence[0].islower() != (small and not sentence.startswith("Χριστός")):
                found.append(sentence)
    every = [sentence for paragraph in paragraphs for sentence in sentences_of(paragraph, starter.language)]
    firsts = [" ".join(sentence.lower().split()[:2]) for sentence in every]
    return found + [f"alike: {one}" for one, other in pairwise(firsts) if one == other]


def sentences_of(paragraph: str, language: str) -> list[str]:
    return re.split(rf"(?<=[{STOPS[language]}])\s+", paragraph)


@each
def test_every_letter_of_a_starter_reads_well(starter: Starter) -> None:
    greeting = compiled(starter)
    read: set[tuple[str, str]] = set()

    for reader, known in cases(starter):
        letter = greeting.render(reader.values(known))
        if (letter.subject, letter.text) in read:
            continue
        read.add((letter.subject, letter.text))
        assert faults(letter, starter) == [], letter.text

    assert len(read) >= 3


@each
def test_whatever_falls_out_the_letter_keeps_its_shape(starter: Starter) -> None:
    greeting = compiled(starter)
    facts = sorted(facts_of(starter))
    reader = Reader(starter, people_of(starter)[0], Life(thing=next(lives(starter.language)).thing))
    everything = reader.values()
    fewest = FEWEST_TO_MOURNERS if starter.occasion == "mourning" else FEWEST

    for number in range(len(facts) + 1):
        for known in combinations(facts, number):
            values = {key: value if key in known or key in ALWAYS else "" for key, value in everything.items()}
            letter = greeting.render(values)
            assert badly_built(letter, starter) == []
            assert fewest <= len(letter.text.split()) <= MOST, letter.text


@each
def test_with_all_facts_every_one_of_them_is_told(starter: Starter) -> None:
    greeting = compiled(starter)
    thing = next(lives(starter.language)).thing
    reader = Reader(starter, people_of(starter)[0], Life(thing=thing, away_days=62))

    letter = greeting.render(reader.values())

    assert set(letter.facts_used) == facts_of(starter) | ALWAYS
    assert letter.dropped == ()


@each
def test_the_subject_fits_a_telephone_with_a_long_name(starter: Starter) -> None:
    values = Reader(starter, people_of(starter)[0]).values()

    letter = compiled(starter).render(values | {"first_name": LONG_NAME})

    assert len(letter.subject) <= LONGEST_SUBJECT


def test_easter_is_wished_as_its_day_asks_and_late_letters_lose_only_the_wish() -> None:
    starter = next(each for each in STARTERS if each.code == "easter-el-formal")
    greeting = compiled(starter)

    told = [greeting.render(Reader(starter, "man", wish_on=day).values()).text.split("\n\n")[1] for day in EASTER_DAYS]

    wishes = [words.partition("σας ευχόμαστε το φως")[0] for words in told]
    assert wishes == ["καλό Πάσχα· ", "καλή Ανάσταση· ", "Χριστός Ανέστη· ", "Χριστός Ανέστη· ", ""]


def test_an_adjective_agrees_with_the_reader_and_is_left_out_where_nobody_knows() -> None:
    starter = next(each for each in STARTERS if each.code == "missed-el-formal")
    greeting = compiled(starter)

    told = {who: greeting.render(Reader(starter, who).values()).text for who in people_of(starter)}

    assert "Εδώ είστε πάντα ευπρόσδεκτος." in told["man"]
    assert "Εδώ είστε πάντα ευπρόσδεκτη." in told["woman"]
    assert "ευπρόσδεκτ" not in told["unknown"] + told["household"]


def test_the_page_in_which_the_starters_are_read_is_up_to_date() -> None:
    kept = (Path(__file__).parents[2] / "docs" / "starters.md").read_text(encoding="utf-8")

    assert kept == page(), "python -m tests.rendering.starters_page > docs/starters.md"
