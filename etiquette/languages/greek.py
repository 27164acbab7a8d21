"""The Greek opening: adjective, title and vocative. Source: the rules of `docs/etiquette.md`."""

from .. import lexicon
from ..answers import Answer
from ..cases import vocative
from ..gender import gender_of_first
from ..occasions import WISHING, easter_wish
from ..text import fold
from .base import INCOMPLETE, NEUTRAL, Addressee, Language

COUPLE = 0.8


class Greek(Language):
    code = "el"

    def person(self, whom: Addressee) -> Answer:
        if whom.gender not in ("m", "f"):
            return self.neutral(whom)
        if "π." in whom.titles and whom.gender == "m":
            return self._priest(whom)
        dear = "Αγαπητέ" if whom.gender == "m" else "Αγαπητή"
        if not whom.formal:
            if not whom.first:
                return self.neutral(whom, "first_missing")
            name = vocative(whom.first, gender=whom.gender)
            return _around(name, f"{dear} {{}},")
        mister = "κύριε" if whom.gender == "m" else "κυρία"
        if not whom.last:
            return Answer(f"{dear} {mister},", INCOMPLETE, "last_missing")
        name = vocative(whom.last, gender=whom.gender, part="last")
        return _around(name, f"{dear} {mister} {{}},")

    def _priest(self, whom: Addressee) -> Answer:
        if not whom.first:
            return Answer("Σεβαστέ πάτερ,", INCOMPLETE, "clergy")
        name = vocative(whom.first, gender="m")
        return Answer(f"Σεβαστέ πάτερ {name.text},", min(name.confidence, COUPLE), "clergy")

    def company(self, whom: Addressee) -> Answer:
        return Answer("Αγαπητοί συνεργάτες,", 0.97, "company")

    def household(self, whom: Addressee) -> Answer:
        if not whom.formal:
            return self._friends(whom)
        if " και " in whom.last:
            return self.neutral(whom, "two_persons")
        if whom.gender in ("m", "f"):
            return Answer("Αγαπητοί κύριοι," if whom.gender == "m" else "Αγαπητές κυρίες,", COUPLE, "two_persons")
        man, woman = couple_forms(whom.last)
        if not man or not woman:
            return self.neutral(whom, "two_persons")
        his, hers = (vocative(name, gender=sex, part="last") for name, sex in ((man, "m"), (woman, "f")))
        text = f"Αγαπητή κυρία {hers.text}, αγαπητέ κύριε {his.text},"
        return Answer(text, min(COUPLE, his.confidence), "two_persons")

    def _friends(self, whom: Addressee) -> Answer:
        """Address both by the first name: «Αγαπητοί Γιώργο και Μαρία,»."""
        names = whom.first.split(" και ")
        genders = [gender_of_first(name) for name in names]
        if len(names) < 2 or not {*genders} <= {"m", "f"}:
            return self.neutral(whom, "two_persons")
        called = [vocative(name, gender=gender).text for name, gender in zip(names, genders, strict=True)]
        dear = "Αγαπητοί" if "m" in genders else "Αγαπητές"
        return Answer(f"{dear} {' και '.join(called)},", COUPLE, "two_persons")

    def neutral(self, whom: Addressee, reason: str = "neutral_opening") -> Answer:
        if whom.gender == "u" and reason == "neutral_opening":
            reason = "gender_unknown"
        if _wishes(whom):
            return Answer("Χρόνια πολλά,", NEUTRAL, reason)
        plural = whom.formal or whom.kind == "household"
        return Answer("Γεια σας," if plural else "Γεια σου,", NEUTRAL, reason)


def _wishes(whom: Addressee) -> bool:
    """Tell whether «Χρόνια πολλά» is the right first word to anybody: at Easter only from Easter Sunday on."""
    code = occasion_code(whom.occasion)
    if code in ("easter", "easter_monday"):
        return whom.on is not None and easter_wish(whom.on) == "Χριστός Ανέστη"
    return code in WISHING


def occasion_code(key: str) -> str:
    """Return the code of an occasion key: "christmas-2026" is "christmas"."""
    code, _dash, year = key.rpartition("-")
    return code if code and year.isdigit() else key


def couple_forms(last: str) -> tuple[str, str]:
    """Return the man's and the woman's form of a family's surname; empty strings where we cannot tell."""
    key = fold(last)
    if not key:
        return "", ""
    for known in lexicon.surnames(key):
        if known.form == last and known.gender == "u":
            return last, last
    women = lexicon.womens_forms(last)
    if women:
        return last, women[0]
    for woman, man in (("οπούλου", "όπουλος"), ("ίδου", "ίδης"), ("ΐδου", "ΐδης"), ("άδου", "άδης"), ("άκη", "άκης")):
        if last.endswith(woman):
            return last[: -len(woman)] + man, last
    stems = (key + "σ", key[:-2] + "οσ" if key.endswith("ου") else "")
    for stem in filter(None, stems):
        for entry in lexicon.surnames(stem):
            if entry.gender == "m" and last in lexicon.womens_forms(entry.form):
                return entry.form, last
    return "", ""


def _around(name: Answer, pattern: str) -> Answer:
    choices = tuple(pattern.format(choice) for choice in name.choices)
    return Answer(pattern.format(name.text), name.confidence, name.reason, choices)
