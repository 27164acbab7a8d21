"""The second accent before «μου, σας …», and words without any accent."""

import unicodedata

from .. import lexicon
from ..neighbours import ENCLITICS, RULE, before_enclitic, lacks_accent
from ..text import TONOS, fold, nuclei, stress
from .remarks import Remark
from .words import TWO_WAYS, Reading, Word, no_verb, word_set

# After an imperative these are pronouns too (Άλλαξέ το, φέρτε μού τα).
_OBJECTS = frozenset({"το", "τα", "τον", "την", "τη", "τις", "τους"})
_AFTER_DOUBLE = ENCLITICS | _OBJECTS | {"με", "σε", "τες"}
_WEAK = frozenset({"μου", "σου", "μας", "σας", "σε"})
# They stand before a pronoun that belongs to the verb after them (σήμερα σας γράφουμε).
_NO_HOSTS = word_set(
    "όποτε σήμερα ύστερα έπειτα γρήγορα σύντομα μάλιστα αργότερα πρόπερσι άλλοτε πάντοτε κάποτε οπότε οποτεδήποτε ήδη "
    "αμέσως κάποιος κάποια κάποιοι άραγε τίποτα τίποτε επομένως συνεπώς όμορφα ευχάριστα ιδιαίτερα καλύτερα "
    "περισσότερο λιγότερο νωρίτερα χρόνια χριστούγεννα εύκολα άνετα ήσυχα σίγουρα τέλεια απόψε εντούτοις"
)
# «το κατάστημα σας είναι γνωστό» may mean: known to you.
_DATIVE = (
    "γνωστ", "αγνωστ", "απαραιτητ", "χρησιμ", "αδυνατ", "δυνατ", "ευκολ", "δυσκολ", "αρκετ", "ευχαριστ", "πολυτιμ",
    "οικει", "ωφελιμ", "αδιαφορ", "αναγκαι", "ακριβ", "βαρ",
)  # fmt: skip
_IMPERATIVES = word_set(
    "πείτε πέστε δώστε φέρτε γράψτε στείλτε πάρτε κάντε βάλτε δείξτε αφήστε κρατήστε θυμίστε ζητήστε φυλάξτε ψήστε "
    "αλέστε εξηγήστε διαβάστε χαρίστε ετοιμάστε επιτρέψτε φέρε δώσε γράψε στείλε πάρε κάνε βάλε δείξε κόψτε κόψε"
)
_ACCENTS = frozenset("άέήίόύώΐΰ")
# The same imperatives without their accent, which a hurried hand leaves out (Αλλαξε το).
_UNACCENTED_VERBS = {
    fold(verb): verb
    for verb in (
        "άλλαξε",
        "άνοιξε",
        "άφησε",
        "διάλεξε",
        "δοκίμασε",
        "κοίταξε",
        "κράτησε",
        "ρώτησε",
        "τηλεφώνησε",
        "χάρισε",
    )
}


def second_accents(words: Reading) -> list[Remark]:
    """Remark on second accents that are missing (το κατάστημα μας) or stand in vain (η παραγγελίά σας)."""
    found = []
    for number, word in enumerate(words.words):
        if not word.is_greek or word.glued or word.has_capitals_inside:
            continue
        if _accent_count(word.text) > 1:
            found += _unneeded(words, number)
        elif (after := words.after(number)) is not None and not after.glued and after.is_greek:
            found += _two_enclitics(words, number) or _missing(words, number)
    return found


def _accent_count(text: str) -> int:
    return sum(letter in _ACCENTS for letter in text.lower())


def _missing(words: Reading, number: int) -> list[Remark]:
    word, enclitic = words[number], words[number + 1].key
    written = before_enclitic(word.text)
    if not stress(word.text) and (verb := _UNACCENTED_VERBS.get(fold(word.text))):
        as_typed = verb[0].upper() + verb[1:] if word.text[0].isupper() else verb
        written = before_enclitic(as_typed)
    if written.confidence < RULE or written.text == word.text or word.key in _NO_HOSTS:
        return []
    if enclitic in ENCLITICS - TWO_WAYS:
        leans = _leans_back(words, number + 1)
    elif enclitic in ENCLITICS or (
        enclitic in _OBJECTS and word.key.endswith(("ε", "οντας")) and not word.key.endswith("μαστε")
    ):
        leans = _stands_alone(words, number + 1)
    else:
        return []
    return [words.instead("second_accent_missing", number, written.text, upto=number + 1)] if leans else []


def _leans_back(words: Reading, number: int) -> bool:
    """Tell whether «μου, σου, μας, σας» surely belongs to the word before it, not to a verb after it."""
    if words.ends_clause(number):
        return True
    following = words.after(number)
    if following is None or following.kind:
        return False
    if following.key in _WEAK and not following.glued:
        # το κατάστημα μας σου εύχεται: no verb takes two persons of whom neither is a third
        return True
    if following.key in TWO_WAYS:
        # το κατάστημα σας το Σάββατο | το κατάστημα σας το υπόσχεται
        noun = words.after(number + 1)
        return noun is not None and no_verb(noun)
    if following.key in ("είναι", "ήταν"):
        known_to = words.after(number + 1)
        return known_to is not None and known_to.is_greek and not fold(known_to.text).startswith(_DATIVE)
    return no_verb(following)


def _stands_alone(words: Reading, number: int) -> bool:
    """Tell whether «το, του, τους …» is surely a pronoun: an article would have its noun after it."""
    if words.ends_clause(number):
        return True
    following = words.after(number)
    return following is not None and following.key in (
        "και",
        "κι",
        "με",
        "σε",
        "για",
        "από",
        "αλλά",
        "αν",
        "όταν",
        "να",
    )


def _two_enclitics(words: Reading, number: int) -> list[Remark]:
    """πείτε του το: after two enclitics the accent goes to the first (πείτε τού το)."""
    host, first, second = words[number], words[number + 1], words.after(number + 1)
    if host.key not in _IMPERATIVES or first.key not in ENCLITICS or second is None or second.key not in _OBJECTS:
        return []
    if second.glued or not _stands_alone(words, number + 2):
        return []
    return [words.remark("second_accent_missing", host.start, second.end, _with_first_accented(words, number))]


def _with_first_accented(words: Reading, number: int) -> str:
    host, first, second = words[number], words[number + 1], words[number + 2]
    accented = _with_accent(first.text, nuclei(first.key)[-1])
    return words.text[host.start : first.start] + accented + words.text[first.end : second.end]


def _with_accent(text: str, place: int) -> str:
    return text[:place] + unicodedata.normalize("NFC", text[place] + TONOS) + text[place + 1 :]


def _unneeded(words: Reading, number: int) -> list[Remark]:
    """Remark on a word with two accents where no enclitic follows, or where the word takes none before it."""
    word, following = words[number], words.after(number)
    if following is not None and (following.kind or not following.is_greek):
        return []
    if following is None and not words.ends_clause(number):
        return []
    if word.key[nuclei(word.key)[-1]] not in _ACCENTS:  # not a second accent, but a slip only the writer can mend
        return [words.remark("second_accent_unneeded", word.start, word.end, "")]
    plain = _first_accent_only(word.text)
    if following is None or following.key not in _AFTER_DOUBLE:
        return [words.remark("second_accent_unneeded", word.start, word.end, plain)]
    wanted = before_enclitic(plain)
    if wanted.confidence >= RULE and wanted.text == plain:
        return [words.instead("second_accent_unneeded", number, plain, upto=number + 1)]
    return []


def _first_accent_only(text: str) -> str:
    first = next(place for place, letter in enumerate(text) if letter.lower() in _ACCENTS) + 1
    rest = unicodedata.normalize("NFD", text[first:]).replace(TONOS, "")
    return text[:first] + unicodedata.normalize("NFC", rest)


def missing_accents(words: Reading) -> list[Remark]:
    """Remark on words of two syllables and more that carry no accent; a first name we know is suggested accented."""
    found = []
    for number, word in enumerate(words.words):
        if not _wants_accent(word):
            continue
        after = words.after(number)
        if after is not None and fold(word.text) in _UNACCENTED_VERBS and after.key in _AFTER_DOUBLE:
            continue  # the second accent speaks of it
        found.append(words.remark("accent_missing", word.start, word.end, _known_accent(word)))
    return found


def _wants_accent(word: Word) -> bool:
    if not word.is_greek or word.glued or word.has_capitals_inside or len(word.text) < 3 or word.key == "νοε":
        return False
    # An abbreviation ends in a consonant that no Greek word ends in (Λεωφ.), and is followed by a full stop.
    if word.dotted and fold(word.text)[-1] not in "αεηιουωνσ":
        return False
    return lacks_accent(word.text)


def _known_accent(word: Word) -> str:
    if not word.text[0].isupper():
        return ""
    forms = {entry.form for entry in lexicon.first_names(fold(word.text))}
    return forms.pop() if len(forms) == 1 else ""
