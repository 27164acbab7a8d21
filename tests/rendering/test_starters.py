"""The words of the starters as they are written down."""

import re
from itertools import combinations

import pytest

from campaigns.occasions import FEASTS, MOURNING, OTHER, OWN_OCCASIONS
from campaigns.writing.proofreading import check_words
from campaigns.writing.starters import STARTERS, Starter, starters_for
from tests.rendering.starter_readers import ALWAYS, compiled

MANNERS = {(language, manner) for language in ("el", "en") for manner in ("formal", "informal", "company")}
PERSONAL = {"name_day", "birthday"}  # companies have neither
NEIGHBOURS = ("christmas", "new_year", "name_day", "easter")  # the same person reads all of them in one year
JOY = re.compile(
    r"χαρ[άέήο]|χρόνια πολλά|ευχ|γιορτ|όμορφ|χαμόγελ|joy|happy|wish you a|glad|celebrat|enjoy|pleasure", re.IGNORECASE
)
SELLING = re.compile(r"προσφορ|έκπτωσ|τιμ[ήέ]ς?\b|δώρο|€|%|http|offer|discount|sale\b|price|gift", re.IGNORECASE)
each = pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.code)


def own_words(starter: Starter) -> list[str]:
    """The words of a starter without its facts, opening and signature, in small letters."""
    inner = re.sub(r"\{\{.*?\}\}", " … ", starter.body.partition("\n\n")[2].rpartition("\n\n")[0])
    return re.findall(r"[^\W\d_]+|…", inner.lower())


def sentences(starter: Starter) -> set[str]:
    """The whole sentences that stand in a starter without a fact in them."""
    told = re.split(r"[.;?](?=\s|$)|\]\]|\n", starter.body)
    return {sentence.strip(" []").lower() for sentence in told if "{{" not in sentence} - {""}


def test_every_occasion_has_a_starter_for_each_language_and_manner() -> None:
    for occasion in {*FEASTS, *OWN_OCCASIONS, MOURNING} - {OTHER}:
        found = [(starter.language, starter.register) for starter in starters_for(occasion)]
        wanted = {pair for pair in MANNERS if occasion not in PERSONAL or pair[1] != "company"}
        assert len(found) == len(wanted) and set(found) == wanted, occasion
    assert starters_for(OTHER) == ()
    assert len({starter.code for starter in STARTERS}) == len(STARTERS)


@each
def test_no_starter_gives_a_remark_at_the_desk(starter: Starter) -> None:
    found = check_words(
        subject=starter.subject,
        body=starter.body,
        language=starter.language,
        manner=starter.register,
        occasion=starter.occasion,
    )

    assert found == ()


@each
def test_every_personal_sentence_is_optional(starter: Starter) -> None:
    outside = re.sub(r"\[\[.*?\]\]", "", starter.subject + starter.body)

    assert re.findall(r"\{\{ ?(\w+)", outside) in (["προσφώνηση", "υπογραφή"], ["salutation", "signature"])


@each
def test_every_starter_has_something_personal_to_say(starter: Starter) -> None:
    facts = set(compiled(starter).facts) - ALWAYS - {"first_name"}

    assert len(facts) >= (1 if starter.occasion == "mourning" else 2)


@each
def test_a_starter_names_its_facts_in_its_own_language(starter: Starter) -> None:
    names = " ".join(re.findall(r"\{\{ ?([^ |}]+)", starter.subject + starter.body))

    assert bool(re.search("[a-z]", names)) == (starter.language == "en")
    assert bool(re.search("[α-ω]", names)) == (starter.language == "el")


@each
def test_greek_goes_on_in_small_letters_after_the_opening_and_english_in_capitals(starter: Starter) -> None:
    second = re.sub(r"\[\[.*?\]\]\s*", "", starter.body.split("\n\n")[1])

    assert second[0].islower() == (starter.language == "el")


@each
def test_a_starter_keeps_to_one_register(starter: Starter) -> None:
    words = re.sub(r"\{\{.*?\}\}", "", starter.body + starter.subject)
    singular = re.search(r"\b(?:σου|σού|σε\b(?! (?:ό|αυτ))|εσένα|είσαι)\b", words)
    plural = re.search(r"\b(?:σας|εσάς|είστε)\b", words)

    if starter.language == "el":
        assert (plural is None) == (starter.register == "informal")
        assert starter.register != "informal" or singular is not None


@each
def test_an_elided_word_holds_on_to_the_next(starter: Starter) -> None:
    assert "’ " not in starter.subject + starter.body


@each
def test_no_starter_sells_or_shouts(starter: Starter) -> None:
    assert not SELLING.search(starter.subject + starter.body)
    assert "!" not in starter.subject + starter.body


@pytest.mark.parametrize("starter", starters_for("mourning"), ids=lambda starter: starter.code)
def test_a_letter_to_mourners_wishes_no_joy(starter: Starter) -> None:
    assert not JOY.search(starter.subject + starter.body)


@pytest.mark.parametrize("pair", sorted(MANNERS))
def test_no_sentence_stands_in_two_occasions(pair: tuple[str, str]) -> None:
    mine = [starter for starter in STARTERS if (starter.language, starter.register) == pair]

    for one, other in combinations(mine, 2):
        assert not sentences(one) & sentences(other), (one.code, other.code)


@pytest.mark.parametrize("pair", sorted(MANNERS))
def test_no_phrase_stands_in_all_the_letters_of_a_year(pair: tuple[str, str]) -> None:
    mine = [
        starter
        for starter in STARTERS
        if (starter.language, starter.register) == pair and starter.occasion in NEIGHBOURS
    ]

    phrases = []
    for starter in mine:
        words = own_words(starter)
        phrases.append({tuple(words[at : at + 3]) for at in range(len(words) - 2) if "…" not in words[at : at + 3]})
    assert not set.intersection(*phrases)


@each
def test_no_starter_names_the_day_for_it_may_be_read_a_little_late(starter: Starter) -> None:
    assert not re.search(r"\b(?:σήμερα|αύριο|χθες|σημερινή|today|tomorrow|tonight)\b", starter.body, re.IGNORECASE)
