"""From capitals to accents: tables first, then endings that never vary, then a guess that asks to be looked at.

A form whose accents were written by hand is believed. Measured on 1,463 Greek surnames:
endings of four letters and more held in at least 95 % of surnames, never in first names, which need the table.
"""

from dataclasses import dataclass
from functools import lru_cache

from . import lexicon
from .text import capitalised, fold, has_accent, small, syllable_count, with_stress, without_accent

LEXICON = 0.97
# A second form exists, but it is so rare that the common one may be taken without asking.
RARE_RIVAL = 0.93
ASK = 0.8
GUESS = 0.6
UNKNOWN = 0.3

# Words in front of a surname that we can accent: the rest keeps its accent, these never carry one.
_PREFIXES = (
    "παπα", "χατζη", "χατζι", "καρα", "μαστρο", "κοντο", "κεφαλο", "δελη", "ντελη", "μαυρο", "κακο", "καλο",
    "γερο", "πρωτο", "μπαρμπα", "μικρο", "κουτσο", "ξηρο", "ασπρο", "σγουρο", "οικονομο", "λογο", "μαντα", "τρανο",
)  # fmt: skip

# What stands before the genitive of a name, which men and women bear alike (Παπαπολύζου).
_BEFORE_A_GENITIVE = ("παπα", "χατζη", "χατζι")

_VOWELS = frozenset("αεηιουω")

# Παπα + Ιωάννου: the diaeresis keeps the two vowels apart.
_APART = {"ι": "ϊ", "υ": "ϋ", "ί": "ΐ", "ύ": "ΰ"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name with its accents. `gender` is m, f, u (either), or empty when nothing tells it."""

    form: str
    gender: str
    confidence: float
    reason: str
    choices: tuple[str, ...] = ()
    known: bool = True


@lru_cache(maxsize=65536)
def first_name(word: str) -> Word:
    """Return `word` as a first name; `known` is False when it is not in our table (then its accent is a guess)."""
    names = lexicon.first_names(fold(word))
    written = _as_written(word)
    if not names:
        joined = _joined(word)
        if joined:
            return joined
        form = written or _guess(word)
        return Word(form, "", UNKNOWN, "unknown_word", known=False)
    genders = {name.gender for name in names}
    gender = genders.pop() if len(genders) == 1 else "u"
    if written:
        return Word(written, gender, LEXICON, "written_accents")
    best, *others = names
    rivals = [name for name in others if name.form != best.form]
    if not rivals:
        return Word(best.form, gender, LEXICON, "lexicon")
    choices = (best.form, *(name.form for name in rivals))
    if rivals[0].weight == 1 and best.weight == lexicon.FAMILIAR:
        return Word(best.form, gender, RARE_RIVAL, "lexicon", choices)
    return Word(best.form, gender, ASK, "ambiguous_accent", choices)


def _joined(word: str) -> Word | None:
    """Read a double first name written with a hyphen (ΑΝΝΑ-ΜΑΡΙΑ), or None when a part is unknown."""
    parts = word.split("-")
    if len(parts) < 2 or not all(parts):
        return None
    read = [first_name(part) for part in parts]
    if not all(part.known for part in read):
        return None
    genders = {part.gender for part in read}
    gender = genders.pop() if len(genders) == 1 else "u"
    worst = min(read, key=lambda part: part.confidence)
    return Word("-".join(part.form for part in read), gender, worst.confidence, worst.reason, worst.choices)


@lru_cache(maxsize=65536)
def surname(word: str) -> Word:
    """Return `word` as a surname. `known` is False when neither a table nor a sure ending covers it."""
    if "-" in word and len(word) > 3:
        return _double_surname(word)
    key = fold(word)
    written = _as_written(word)
    found = lexicon.surnames(key)
    if written:
        gender = _gender_of(found, key)
        return Word(written, gender, LEXICON, "written_accents", known=bool(found) or _ending_of(key) is not None)
    if found:
        return _from_table(found)
    first = lexicon.first_names(key)
    compound = _compound(key)
    if compound and compound.confidence < RARE_RIVAL:
        # A doubt we know of goes before an ending that mostly holds: Παπαθεοδωρής, Παπαθεοδώρης.
        return compound
    ending = _ending_of(key)
    if ending and ending.confidence >= ASK:
        return _by_ending(key, ending)
    if compound:
        return compound
    if first and first[0].gender == "m" and all(name.form == first[0].form for name in first):
        # A man's first name as a surname (ΙΩΑΝΝΗΣ): the same word, the same accent.
        return Word(first[0].form, "m", RARE_RIVAL, "lexicon", known=False)
    stem = lexicon.first_names(key + "σ")
    if stem and len(stem) == 1 and stem[0].gender == "m" and key[-1] in "ηα":
        # Its other form (ΙΩΑΝΝΗ): a woman's, or a genitive that men bear too.
        return Word(stem[0].form[:-1], "u", RARE_RIVAL, "lexicon", known=False)
    form = _guess(word)
    return Word(form, _gender_of(None, key), GUESS, "accent_guess", _other_stresses(form), known=False)


def borne_by(word: Word, sex: str) -> Word:
    """Return `word` without the accents that nobody of this `sex` (m or f) bears: of a man ΛΑΜΠΡΟΥ is Λάμπρου."""
    if word.reason != "ambiguous_accent" or sex not in ("m", "f"):
        return word
    fitting = tuple(entry for entry in lexicon.surnames(fold(word.form)) if entry.gender in (sex, "u"))
    return _from_table(fitting) if fitting else word


def _from_table(found: tuple[lexicon.Surname, ...]) -> Word:
    forms = tuple(dict.fromkeys(entry.form for entry in found))
    genders = {entry.gender for entry in found}
    gender = genders.pop() if len(genders) == 1 else "u"
    if len(forms) > 1 or not all(entry.sure for entry in found):
        return Word(forms[0], gender, ASK, "ambiguous_accent", forms)
    return Word(forms[0], gender, LEXICON, "lexicon")


def _double_surname(word: str) -> Word:
    parts = [surname(part) for part in word.split("-") if part]
    if not parts:
        return Word(word, "", UNKNOWN, "unknown_word", known=False)
    worst = min(parts, key=lambda part: part.confidence)
    genders = {part.gender for part in parts} - {"u", ""}
    gender = genders.pop() if len(genders) == 1 else ("u" if not genders else "")
    # The last part carries the accent question to the reader only when it is the unsure one.
    known = all(part.known for part in parts)
    return Word("-".join(part.form for part in parts), gender, worst.confidence, worst.reason, (), known)


def _ending_of(key: str) -> lexicon.Ending | None:
    ending = lexicon.ending_of(key)
    if ending is None:
        return None
    stem = key[: -len(ending.key)]
    if _VOWELS.isdisjoint(stem):
        # A word of two syllables has no ending to go by: Μπάκης, but Σκουτής.
        return None
    if stem[-1] in "αεου" and ending.key[0] == "ι":
        # Νικολαΐδης and Μοραΐτης have a diaeresis; after other vowels (Ηρακλείδης) the letters do not tell.
        if stem[-1] == "α" and ending.gender in "mf" and ending.key.startswith(("ιδ", "ιτ")):
            return lexicon.Ending(ending.key, "ΐ" + ending.form[1:], ending.gender, RARE_RIVAL)
        return None
    return ending


def _by_ending(key: str, ending: lexicon.Ending) -> Word:
    """Accent a surname by its ending; ask when αι or οι in the rest may hide a diaeresis (Αϊβαλιώτης).

    ει hides one more rarely: only a beginning that known words write so (Μεϊμάρογλου) has it.
    """
    stem = key[: -len(ending.key)]
    hidden = False
    place = stem.find("ει")
    if place >= 0 and lexicon.written_beginning(key[: place + 3])[place : place + 2] == "εϊ":
        stem = stem[:place] + "εϊ" + stem[place + 2 :]
    for place in lexicon.pairs_in(stem):
        beginning = lexicon.written_beginning(key[: place + 3])
        if not beginning:
            hidden = True
        elif place + 2 <= len(stem):
            stem = beginning[: place + 2] + stem[place + 2 :]
    form = capitalised(small(stem + ending.form))
    if not hidden:
        return Word(form, ending.gender, ending.confidence, "surname_ending")
    apart = capitalised(small(stem.replace("αι", "αϊ").replace("οι", "οϊ") + ending.form))
    return Word(form, ending.gender, ASK, "ambiguous_accent", (form, apart))


def _compound(key: str) -> Word | None:
    """Accent Παπα-, Χατζη-, Καρα- … in front of a name we know; None when the rest is not certain."""
    for prefix in _PREFIXES:
        rest = key[len(prefix) :]
        if key.startswith(prefix) and len(rest) >= 4:
            word = _tail(rest)
            if word:
                tail = word.form.lower()
                if prefix[-1] in "αεο" and tail[0] in _APART:
                    tail = _APART[tail[0]] + tail[1:]
                form = capitalised(prefix + tail)
                if word.confidence < RARE_RIVAL:
                    # Χατζημελάς or Χατζημέλας: the doubt about ΜΕΛΑΣ goes with it into the compound.
                    choices = tuple(capitalised(prefix + choice.lower()) for choice in word.choices)
                    return Word(form, word.gender, ASK, "ambiguous_accent", choices)
                either = prefix in _BEFORE_A_GENITIVE and rest.endswith("ου")
                return Word(form, "u" if either else word.gender, RARE_RIVAL, "compound")
    if key.startswith("παπα"):
        # The vowel is often lost before another one: Παπαντωνίου, Παπαναστασίου.
        word = _tail(key[3:])
        if word and len(key) >= 8:
            form = capitalised("παπ" + word.form.lower())
            if word.confidence < RARE_RIVAL:
                return Word(form, word.gender, ASK, "ambiguous_accent")
            return Word(form, word.gender, RARE_RIVAL, "compound")
    return None


def _tail(rest: str) -> Word | None:
    """Return the second half of a compound surname when its accent stays where it is in the simple word."""
    found = lexicon.surnames(rest)
    if found:
        word = _from_table(found)
        # A -ος of two or three syllables may draw its accent back in a compound (Καράγιωργος).
        if word.confidence >= ASK and not word.form.endswith("ος"):
            return word
        return None
    names = lexicon.first_names(rest)
    if names and names[0].gender == "m" and names[0].form.endswith(("ης", "ής", "ας", "άς")):
        return Word(names[0].form, "m", RARE_RIVAL, "lexicon")
    masculine = lexicon.first_names(rest + "σ")
    if masculine and masculine[0].gender == "m" and masculine[0].form.endswith(("ης", "ής", "ας", "άς")):
        return Word(masculine[0].form[:-1], "f", RARE_RIVAL, "lexicon")
    return None


def _as_written(word: str) -> str:
    """Return the accented form somebody wrote, or an empty string for capitals and bare words."""
    lowered = small(word)
    if not has_accent(lowered):
        return capitalised(lowered) if syllable_count(lowered) == 1 and not word.isupper() else ""
    keeps_case = not word.isupper() and word[:1].isupper()
    return word if keeps_case else capitalised(lowered)


def _gender_of(found: tuple[lexicon.Surname, ...] | None, key: str) -> str:
    if found:
        genders = {entry.gender for entry in found}
        return genders.pop() if len(genders) == 1 else "u"
    ending = _ending_of(key)
    if ending:
        return ending.gender
    # Any other -ς is a man's, but for the genitives in -ους, which both sexes bear.
    if key.endswith("σ"):
        return "" if key.endswith("ουσ") else "m"
    # -η and -α are a woman's form, unless they are the genitive of an ordinary first name (Ιωάννη, Θωμά).
    genitive = any(name.weight >= lexicon.ORDINARY for name in lexicon.first_names(key + "σ"))
    return "f" if key.endswith(("η", "α")) and not genitive else ""


def _guess(word: str) -> str:
    """Return the likeliest accent of an unknown word: that of its ending, else the second syllable from the end."""
    plain = without_accent(small(word))
    count = syllable_count(plain)
    if count < 2:
        return capitalised(plain)
    ending = _ending_of(fold(word))
    if ending and has_accent(ending.form):
        return capitalised(plain[: -len(ending.form)] + ending.form)
    # Most of those in -ιος draw it back (Μπίτσιος, Κομπόριος); those in -αίος are an ending of their own.
    return capitalised(with_stress(plain, 3 if plain.endswith("ιος") else 2))


def _other_stresses(form: str) -> tuple[str, ...]:
    lowered = form.lower()
    forms = [capitalised(with_stress(lowered, place)) for place in (2, 1, 3) if place <= syllable_count(lowered)]
    return tuple(dict.fromkeys((form, *forms)))
