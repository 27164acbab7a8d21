"""The final -ν of articles and negations, and nominatives where an accusative is due."""

from collections.abc import Collection

from .. import lexicon
from ..cases import accusative
from ..dates import MONTHS_EL
from ..neighbours import keeps_nu
from ..text import fold
from .remarks import Remark
from .words import PLACEHOLDER, Reading, Word, word_set

_ADDS = {"τη": "την", "στη": "στην"}
_DROPS = {"την": "τη", "στην": "στη"}
_MASCULINE = {"το": "τον", "στο": "στον", "ένα": "έναν"}
# Accusatives that are masculine and nothing else: «το χρόνο» lacks its -ν.
_ONLY_MASCULINE = frozenset(month.removesuffix("ς").lower() for month in MONTHS_EL) | word_set(
    "χρόνο κόσμο δρόμο άνθρωπο φίλο πελάτη μήνα πατέρα σύζυγο δάσκαλο ουρανό χειμώνα καιρό τόπο τρόπο ρόλο στόχο "
    "λογαριασμό κατάλογο συνεργάτη γείτονα αγώνα"
)
_CLAUSE_OPENERS = word_set("και κι που πως ότι αν γιατί όμως αλλά όταν ακόμη ακόμα ποτέ επειδή ενώ ώστε")
# Endings of feminine nouns and adjectives that no verb shares.
_FEMININE = (
    "η", "ή", "ία", "έρα", "άδα", "ίδα", "ητα", "ούλα", "ίτσα", "ώρα", "ιά", "εια", "οια", "μέρα", "χαρά", "φορά",
    "χώρα", "γλώσσα", "θάλασσα", "ρίζα",
)  # fmt: skip
_PREPOSITIONS = frozenset({"με", "για", "από", "σε", "χωρίς", "προς", "δίχως"})
_MASCULINE_ARTICLES = frozenset({"τον", "στον"})
_TO_ACCUSATIVE = {"ο": "τον", "οι": "τους"}
# «τον λάθος άνθρωπο»: a noun that is used as an adjective and does not bend.
_UNBENT = frozenset({"λάθος", "ίδιος"})


def final_nu(words: Reading) -> list[Remark]:
    """Remark on «τη εταιρεία», «την μητέρα», «το χρόνο», «να μη έχετε». «δεν» and «μην» may keep their -ν anywhere."""
    found = []
    for number, word in enumerate(words.words):
        following = words.after(number)
        if word.glued or word.is_capitals or following is None or not following.is_greek or following.glued:
            continue
        if following.is_capitals or len(following.text) == 1:  # initials are read letter by letter
            continue
        right = _right_form(words, number, following)
        if right:
            as_typed = right[0].upper() + right[1:] if word.text[0].isupper() else right
            found.append(words.instead("final_nu", number, as_typed, upto=number + 1))
    return found


def _right_form(words: Reading, number: int, following: Word) -> str:
    key = words[number].key
    if key in _ADDS and keeps_nu(following.key) and following.key not in ("και", "κι"):
        return _ADDS[key]
    if key in _DROPS and not keeps_nu(following.key):
        return _DROPS[key] if following.key.endswith(_FEMININE) and following.key != "ή" else ""
    if key in _MASCULINE and following.key in _ONLY_MASCULINE:
        return _MASCULINE[key]
    if key == "δε" and keeps_nu(following.key) and _opens_clause(words, number):
        return "δεν"
    before = words.before(number)
    if key == "μη" and before is not None and before.key == "να" and keeps_nu(following.key):
        return "μην"
    return ""


def _opens_clause(words: Reading, number: int) -> bool:
    before = words.before(number)
    return before is None or before.key in _CLAUSE_OPENERS


def nominatives(words: Reading, *, bare: Collection[str]) -> list[Remark]:
    """Remark on a nominative after «με, για, από, σε, στον …»: «για ο Γιώργος», «στον πελάτης», `για {{ όνομα }}`."""
    found = []
    for number, word in enumerate(words.words):
        following = words.after(number)
        if following is None or word.kind or following.glued or "\n" in words.text[word.end : following.start]:
            continue
        if following.kind == PLACEHOLDER:
            takes_accusative = word.key in _PREPOSITIONS | _MASCULINE_ARTICLES | {"στη", "στην", "στο", "τη", "την"}
            if takes_accusative and following.text in bare:
                found.append(words.remark("bare_nominative", word.start, following.end, ""))
        elif word.key in _PREPOSITIONS and not word.is_capitals:
            found += _after_preposition(words, number)
        elif word.key in _MASCULINE_ARTICLES and (bent := _as_accusative(following, after_sto=word.key == "στον")):
            found.append(words.instead("bare_nominative", number + 1, bent, upto=number))
    return found


def _after_preposition(words: Reading, number: int) -> list[Remark]:
    following = words[number + 1]
    if following.key in _TO_ACCUSATIVE and not following.text.isupper():
        noun = words.after(number + 1)
        if noun is None or noun.kind or not noun.is_greek:
            return []
        article = _TO_ACCUSATIVE[following.key]
        bent = _as_accusative(noun, after_sto=True) or (noun.text if following.key == "ο" else "")
        if not bent:
            return [words.remark("bare_nominative", words[number].start, noun.end, "")]
        told = words.text[words[number].start : following.start] + article
        told += words.text[following.end : noun.start] + bent
        return [words.remark("bare_nominative", words[number].start, noun.end, told)]
    bent = _known_name(following)
    return [words.instead("bare_nominative", number + 1, bent, upto=number)] if bent else []


def _as_accusative(word: Word, *, after_sto: bool) -> str:
    """Return the accusative of a masculine nominative, "" when the word may be anything else.

    «τον» may be a pronoun before a verb (τον είδες, τον αγαπάς), so that only -ος and -ης tell; «στον» may not.
    """
    if not word.is_greek or word.is_capitals or word.key in _UNBENT:
        return ""
    if word.text[0].isupper():
        return _known_name(word)
    endings = ("ος", "ός", "ης", "ής", "ας", "άς", "ές") if after_sto else ("ος", "ός", "ης", "ής")
    return word.text[:-1] if word.key.endswith(endings) and len(word.text) > 3 else ""


def _known_name(word: Word) -> str:
    """Return the accusative of a man’s first name that everybody knows and that stands in the nominative, else ""."""
    if not word.is_greek or not word.text[0].isupper() or word.is_capitals or not word.key.endswith("ς"):
        return ""
    entries = lexicon.first_names(fold(word.text))
    # Rarer names may be foreign ones, which many leave unbent (στον Τόμας).
    if not entries or any((entry.gender, entry.form, entry.weight) != ("m", word.text, 3) for entry in entries):
        return ""
    bent = accusative(word.text, gender="m")
    return "" if bent.needs_review or bent.text == word.text else bent.text
