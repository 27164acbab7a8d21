"""What the shop wrote about a person: stop signs first, then what must not be kept, then a private note.

Word by word, without accents, in Greek, Greeklish and English. A stop sign stops wishes until a person has
looked, so a false alarm costs a look and a missed one hurts somebody: the words are wide on purpose.
Remarks on money or character are left out, because the person may ask to see what is kept. Words: common
knowledge of shop lists.
"""

import itertools
import re
from dataclasses import dataclass

import etiquette
from customers.imports.cleaning import clean_text

MOURNING, DECEASED, COMPLAINT, NO_LETTERS = "mourning", "deceased", "complaint", "no_letters"

# Each entry is a pattern over the folded text; "*" stands for the rest of a word.
_STOP_WORDS: dict[str, tuple[str, ...]] = {
    MOURNING: (
        "πενθ*", "κηδει*", "μνημοσυν*", "χηρεψ*", "χηρευσ*", "συλλυπητ*", "εχασε τ* ανδρα*",
        "εχασε τ* αντρα*", "εχασε τ* συζυγο*", "εχασε τ* γυναικα*", "εχασε τ* μητερα*", "εχασε τ* μαμα*",
        "εχασε τ* πατερα*", "εχασε τ* μπαμπα*", "εχασε τ* παιδι*", "εχασε τ* γιο*", "εχασε τ* κορη*",
        "εχασε τ* αδερφ*", "εχασε τ* αδελφ*", "penth*", "kideia*", "khdeia*", "mnimosyn*", "mnhmosyn*",
        "sullupit*", "sillipit*", "mourning", "bereave*", "funeral", "grieving", "in grief",
        "condolence*", "widowed",
    ),
    DECEASED: (
        "απεβιωσ*", "αποβιωσ*", "πεθαν*", "απεθαν*", "θανατ*", "θανοντ*", "θανων", "θανουσα*", "μακαριτ*",
        "νεκρ*", "εκλιπ*", "συγχωρεμεν*", "εφυγε απο τη ζωη", "δεν ζει", "δε ζει", "απωλεια*", "apebios*",
        "apevios*", "apebiws*", "apeviws*", "apoviws*", "pethan*", "pe8an*", "thanat*", "8anat*",
        "makarit*", "deceased", "died", "dead", "passed away", "death", "late husband", "late wife", "rip",
    ),
    COMPLAINT: (
        "παραπον*", "δυσαρεστ*", "καταγγελ*", "διαμαρτυρ*", "θυμωμεν*", "εξοργισμεν*", "απογοητευ*",
        "εκνευρισμεν*", "parapon*", "dysarest*", "disarest*", "thymomen*", "thimomen*", "complain*",
        "dissatisf*", "unhappy", "angry", "upset", "disappointed",
    ),
    NO_LETTERS: (
        "οχι mail*", "οχι email*", "οχι e-mail*", "οχι e mail*", "οχι μειλ*", "οχι γραμμα*",
        "οχι newsletter*", "οχι διαφημ*", "οχι ενημερ*", "οχι επικοινων*", "οχι ευχ*", "οχι μηνυμα*",
        "οχι sms", "χωρισ mail*", "χωρισ email*", "χωρισ διαφημ*", "χωρισ ευχ*", "δεν θελει mail*",
        "δεν θελει email*", "δεν θελει e-mail*", "δεν θελει γραμμα*", "δεν θελει ευχ*",
        "δεν θελει διαφημ*", "δεν θελει newsletter*", "δεν θελει ενημερ*", "δεν θελει επικοινων*",
        "δεν θελει μηνυμα*", "δεν επιθυμει*", "δε θελει*", "μη στελν*", "μην στελν*", "να μη στελν*",
        "να μην στελν*", "μην του στελν*", "μην τησ στελν*", "μη του στελν*", "μη τησ στελν*",
        "να μην του *", "να μην τησ *", "να μη του *", "να μη τησ *", "να μην ενοχλ*", "μην ενοχλ*",
        "διαγραφη απο *", "οχι αλλα mail*", "οχι αλλα email*", "oxi mail*", "oxi email*", "oxi e-mail*",
        "ochi mail*", "ohi mail*", "oxi newsletter*", "oxi gramma*", "den thelei mail*",
        "den thelei email*", "den 8elei mail*", "den 8elei email*", "mi stelnete", "mh stelnete",
        "no mail*", "no email*", "no e-mail*", "no letter*", "no newsletter*", "no contact",
        "no marketing", "do not contact", "do not write", "do not mail", "do not email", "do not e-mail",
        "dont contact", "dont write", "dont mail", "dont email", "don't contact", "don't write",
        "don't mail", "don't email", "unsubscribe*", "opted out",
    ),
}  # fmt: skip
_LEFT_OUT_WORDS = (
    "πληρων*", "πληρωσ*", "πληρωτ*", "κακοπληρωτ*", "απληρωτ*", "χρωστ*", "χρεοσ", "χρεη", "χρεουσ",
    "χρεωσ*", "οφειλ*", "επιταγ*", "ληξιπροθεσμ*", "δικηγορ*", "πιστωσ*", "πτωχευ*", "χρεοκοπ*", "φαλιρ*",
    "δανει*", "βερεσε*", "παζαρ*", "τσιγκουν*", "τσιγγουν*", "σπαγγ*", "γκρινι*", "στριφν*", "στριμμεν*",
    "ιδιοτροπ*", "κακοτροπ*", "δυσκολοσ", "δυσκολη", "περιεργοσ", "παραξεν*", "ψευτ*", "απατεων*",
    "κλεφτ*", "αναξιοπιστ*", "βλακ*", "χαζοσ", "χαζη", "ηλιθι*", "τρελοσ", "τρελη", "αγεν*", "μεθυσ*",
    "αλκοολ*", "ανυποφορ*", "ενοχλητικ*", "κουτσομπολ*", "πονηρ*", "μπαταχτσ*", "plirwn*", "pliron*",
    "plhrwn*", "kakoplirot*", "kakoplhrwt*", "xrost*", "xrwst*", "chrost*", "ofeil*", "grini*",
    "dyskolos", "dyskoli", "tsigoun*", "owes", "owed", "debt*", "unpaid", "overdue", "late payer",
    "bad payer", "slow payer", "pays late", "never pays", "bounced cheque", "bankrupt*", "stingy", "rude",
    "liar", "cheat*", "thief", "grumpy", "difficult customer", "difficult person", "annoying", "crazy",
    "stupid", "drunk*",
)  # fmt: skip
# "ΠΕΘΑΝΕ Ο ΑΝΤΡΑΣ ΤΗΣ" is said of somebody who lives and mourns.
_FAMILY = re.compile(
    r"\b(ανδρα|αντρα|συζυγ|γυναικα|μητερα|μανα|μαμα|πατερα|μπαμπα|παιδι|γιο[συ]|υιο[συ]|κορη|αδερφ|αδελφ|γιαγια|παππου|"
    r"πεθερ|συγγεν|συντροφ|andra|syzyg|mitera|patera|husband|wife|mother|father|son|daughter|brother|sister|parent)"
)
_BETWEEN_REMARKS = re.compile(r"\s*(?:[;|\n·/]+|\.\s|,\s|,(?=\D))\s*")


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words)
    return re.compile(r"(?<!\w)(?:" + "|".join(each) + r")(?!\w)")


_WORD = re.compile(r"\w+")
_FIRST_WORDS = [re.match(r"\w+\*?", entry)[0] for entry in (*itertools.chain(*_STOP_WORDS.values()), *_LEFT_OUT_WORDS)]
# Most remarks hold none of the words that matter: a look at how their words begin spares the patterns, which take
# twenty times as long. No longer than the shortest beginning that stands for a whole family of words.
_LOOKED_AT = min(len(word) - 1 for word in _FIRST_WORDS if word.endswith("*"))
_BEGINNINGS = frozenset(word.rstrip("*")[:_LOOKED_AT] for word in _FIRST_WORDS)
_STOPS = {flag: _pattern(words) for flag, words in _STOP_WORDS.items()}
_LEFT_OUT = _pattern(_LEFT_OUT_WORDS)


@dataclass(frozen=True)
class Remark:
    """`flags`: mourning, deceased, complaint, no_letters. `note`: what is kept as a private note.
    `left_out`: what is not kept, shown once in the rehearsal and stored nowhere else."""

    flags: frozenset[str]
    note: str
    left_out: str


_NO_REMARK = Remark(frozenset(), "", "")


def read_remark(cell: str, *, keep_all: bool = False) -> Remark:
    """Return what a remark says. Flags are a safe reading, not a proof: a person looks at each.

    `keep_all`: what speaks of money or character is kept too, as somebody who brings the list has ticked.
    """
    text = clean_text(cell, keep_lines=True)
    if not text:
        return _NO_REMARK
    folded = etiquette.fold(text)
    if _BEGINNINGS.isdisjoint([word[:_LOOKED_AT] for word in _WORD.findall(folded)]):
        return Remark(frozenset(), text, "")
    flags = {flag for flag, pattern in _STOPS.items() if pattern.search(folded)}
    if DECEASED in flags and _FAMILY.search(folded):
        flags = flags - {DECEASED} | {MOURNING}
    if keep_all or not _LEFT_OUT.search(folded):
        return Remark(frozenset(flags), text, "")

    kept, left_out = [], []
    for part in filter(None, _BETWEEN_REMARKS.split(text)):
        (left_out if _LEFT_OUT.search(etiquette.fold(part)) else kept).append(part)
    return Remark(frozenset(flags), ", ".join(kept), ", ".join(left_out))
