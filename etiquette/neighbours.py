"""What a word takes from the word beside it: the final -ν of «την», the second accent before «μου, σας …».

Source: the grammar of the Greek primary school (Ε΄ and ΣΤ΄): the final -ν (4.5), and the accent before an enclitic.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise

from .answers import Answer
from .text import TONOS, fold, has_accent, nuclei

RULE = 0.95
UNSURE = 0.6

# «την» keeps its -ν before vowels and before κ π τ ξ ψ γκ μπ ντ τσ τζ; «τον» and «έναν» always keep theirs.
_KEEPS_NU = ("α", "ε", "η", "ι", "ο", "υ", "ω", "κ", "π", "τ", "ξ", "ψ", "γκ", "μπ", "ντ")

ENCLITICS = frozenset({"μου", "σου", "του", "της", "μας", "σας", "τους"})

_VOWELS = frozenset("αεηιουωϊϋάέήίόύώΐΰ")
_ACCENTED = frozenset("άέήίόύώΐΰ")
# Between a consonant and a vowel ι is a syllable in learned words (γε-νέ-θλι-α) and none in the words of the house
# (χρό-νια). Spelling does not tell them apart, so both are listed, and any other word is not sure.
# Written as keys: without accents, σ at the end too.
_LEARNED = (
    r"(?:γενεθλι|δωματι|συμποσι|σχολι|πλαισι|θεμελι|στοιχει|τεκμηρι|μυστηρι|κριτηρι|εισιτηρι|διαβατηρι|εργαστηρι"
    r"|πλυντηρι|ψηστηρι|συγχαρητηρι|εμπορι|συμβουλι|κτιρι|ενοικι|επιτραπεζι|δανει|κεφαλαι|κυρι|προξενει|ωραρι|σεμιναρι|σεναρι"
    r"|[α-ω]+ολογι|επεισοδι|γυμνασι|φυλακι|εστιατορι|προαστι|εννοι|αγνοι|διανοι|προνοι)(?:ο|ου|α|ων|οσ|οι|ουσ|εσ|ασ)"
    r"|[α-ω]{2,}ει(?:α|ασ|εσ)|[α-ω]+(?:ηρι|αρι)ο"
)
_POPULAR = (
    r"(?!δωματι|επιτραπεζι)[α-ω]*(?:ακι|ουδι|ουτσι|ουρι|ουλι|ποτηρι|χρονι|ματι|χερι|ποδι|σπιτι|δοντι|ταξιδι|αδερφι|αδελφι|εγγονι|γελι|κεφι"
    r"|νυχι|δικι|τετοι|ποι|βραδι|μεσημερι|ζευγαρι|μπανι|δαχτυλι|αχλαδι|καρυδι|μηλι|λαδι|τραπεζι|καλοκαιρι|αστερι"
    r"|παραθυρι|κουταλι|φλιτζανι|ρεβιθι|σταφυλι|μαγουλι|βανιλι|σαπουνι|παιχνιδι|μανταρινι|πορτοκαλι|κερασι|φασολι"
    r"|φιστικι|μολυβι|παξιμαδι|στραγαλι|κρεμμυδι|μπαλονι|πιρουνι|ψαλιδι|μαξιλαρι)(?:α|ο|ου|εσ|ασ)|λογια|ρολογια|φτωχεια|ζηλεια|εγνοι(?:α|ασ|εσ)"
)


@cache
def _kinds_of_ia() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_LEARNED), re.compile(_POPULAR)


def keeps_nu(following: str) -> bool:
    """Tell whether «την, στην, δεν, μην» keep their -ν before the word `following`."""
    return fold(following).startswith(_KEEPS_NU)


def before_enclitic(word: str) -> Answer:
    """Return `word` as it is written before «μου, σου, του, της, μας, σας, τους»: κατάστημα gives κατάστημά.

    The confidence tells how sure the form is: words in -ια, -ιο are learned (γενέθλιά σας) or not (χρόνια σας), and
    one that is in neither of our lists answers with the reason "rebuild". A word that has two accents stays as it is.
    """
    lowered = word.lower()
    places = nuclei(lowered)
    accented = [number for number, place in enumerate(places) if lowered[place] in _ACCENTED]
    if not accented:
        monosyllable_or_capitals = len(places) <= 1 or (word.isupper() and len(word) > 1)
        return Answer(word, RULE, "rule") if monosyllable_or_capitals else Answer(word, UNSURE, "rebuild")
    after = len(places) - 1 - accented[0] - _foreign_diphthongs(lowered, places)
    if len(accented) > 1 or after < 2:
        return Answer(word, RULE, "rule")
    at = places[-1]
    second = word[:at] + unicodedata.normalize("NFC", word[at] + TONOS) + word[at + 1 :]
    fewest = after - _glides(lowered, places[accented[0] + 1 :])
    if fewest == 2:
        return Answer(second, RULE, "rule")
    if fewest > 2:  # an accent that stands too far to the left: not a word we can judge
        return Answer(word, UNSURE, "rebuild")
    learned, popular = _kinds_of_ia()
    key = fold(word)
    if popular.fullmatch(key):
        return Answer(word, RULE, "rule")
    if learned.fullmatch(key):
        return Answer(second, RULE, "rule")
    return Answer(word, UNSURE, "rebuild", (second,))


def _foreign_diphthongs(lowered: str, places: list[int]) -> int:
    """Count the last two vowels of a foreign word as one where they are said as one: σά-ντουιτς, μίλκ-σεϊκ."""
    beside = len(places) > 1 and all(letter in _VOWELS for letter in lowered[places[-2] : places[-1]])
    return int(beside and lowered[places[-1]] in "ιϊ" and lowered[places[-1] + 1 :] not in ("", "ς", "ν"))


def _glides(lowered: str, places: list[int]) -> int:
    """Count the ι-sounds among `places` that may run together with the vowel after them (χρό-νια)."""
    count = 0
    for place, following in pairwise(places):
        before = lowered[place - 1] if place and lowered[place - 1] in _VOWELS and place - 1 not in places else ""
        is_i = (lowered[place] == "ι" and before != "α") or (lowered[place] == "υ" and not before)
        count += is_i and all(letter in _VOWELS for letter in lowered[place + 1 : following])
    return count


def lacks_accent(word: str) -> bool:
    """Tell whether a word in small letters should carry an accent and does not: surely two syllables or more."""
    lowered = word.lower()
    places = nuclei(lowered)
    return not has_accent(word) and len(places) - _glides(lowered, places) >= 2


def capital(text: str) -> str:
    """Return `text` with a capital at its start, as a sentence begins; the accent stays (Έξι)."""
    return text[:1].upper() + text[1:]
