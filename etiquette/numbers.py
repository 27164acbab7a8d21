"""Numbers in words, as a letter writes them: «επτά χρόνια», «τρεις επισκέψεις», "seven years"."""

LARGEST = 999

# The neuter, as «χρόνια» wants it; written by hand from school grammar. The other genders stand in _GENDERED.
_UNITS_EL = ("", "ένα", "δύο", "τρία", "τέσσερα", "πέντε", "έξι", "επτά", "οκτώ", "εννέα", "δέκα", "έντεκα", "δώδεκα")
_TENS_EL = ("", "δέκα", "είκοσι", "τριάντα", "σαράντα", "πενήντα", "εξήντα", "εβδομήντα", "ογδόντα", "ενενήντα")
_TEENS_EL = {
    13: "δεκατρία",
    14: "δεκατέσσερα",
    15: "δεκαπέντε",
    16: "δεκαέξι",
    17: "δεκαεπτά",
    18: "δεκαοκτώ",
    19: "δεκαεννέα",
}
_HUNDREDS_EL = (
    "", "εκατό", "διακόσια", "τριακόσια", "τετρακόσια", "πεντακόσια", "εξακόσια", "επτακόσια", "οκτακόσια",
    "εννιακόσια",
)  # fmt: skip
# neuter -> (gender, case) -> form, where it differs from the neuter
_GENDERED = {
    "ένα": {
        ("m", "nominative"): "ένας", ("m", "accusative"): "έναν", ("m", "genitive"): "ενός",
        ("f", "nominative"): "μία", ("f", "accusative"): "μία", ("f", "genitive"): "μίας", ("n", "genitive"): "ενός",
    },
    "τρία": {"mf": "τρεις", "genitive": "τριών"},
    "τέσσερα": {"mf": "τέσσερις", "genitive": "τεσσάρων"},
    "δεκατρία": {"mf": "δεκατρείς", "genitive": "δεκατριών"},
    "δεκατέσσερα": {"mf": "δεκατέσσερις", "genitive": "δεκατεσσάρων"},
}  # fmt: skip
_HUNDREDS_ENDINGS = {
    ("m", "nominative"): "όσιοι", ("m", "accusative"): "όσιους", ("f", "nominative"): "όσιες",
    ("f", "accusative"): "όσιες", ("n", "nominative"): "όσια", ("n", "accusative"): "όσια",
    ("m", "genitive"): "οσίων", ("f", "genitive"): "οσίων", ("n", "genitive"): "οσίων",
}  # fmt: skip
_UNITS_EN = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_words(number: int, language: str, *, gender: str = "n", case: str = "nominative") -> str:
    """Return 1 to 999 in words; in Greek with the gender (m, f, n) and case of what is counted.

    The neuter is what counts «χρόνια». Raise ValueError outside that range, KeyError for another gender or case.
    """
    if not 1 <= number <= LARGEST:
        raise ValueError(f"{number} is not between 1 and {LARGEST}")
    hundreds, rest = divmod(number, 100)
    if language != "el":
        words = [f"{_UNITS_EN[hundreds]} hundred"] if hundreds else []
        return " and ".join([*words, _small_english(rest)] if rest else words)
    ending = _HUNDREDS_ENDINGS[gender, case]
    words = [_hundreds(hundreds, rest, ending)] if hundreds else []
    return " ".join([*words, *(_agreeing(word, gender, case) for word in _small_greek(rest))])


def _small_english(number: int) -> str:
    tens, units = divmod(number, 10)
    return _UNITS_EN[number] if number <= 19 else "-".join(filter(None, (_TENS_EN[tens], _UNITS_EN[units])))


def _small_greek(number: int) -> list[str]:
    if number in _TEENS_EL:
        return [_TEENS_EL[number]]
    tens, units = divmod(number, 10)
    return list(filter(None, [_UNITS_EL[number]] if number <= 12 else [_TENS_EL[tens], _UNITS_EL[units]]))


def _hundreds(hundreds: int, rest: int, ending: str) -> str:
    if hundreds == 1:
        return "εκατόν" if rest else "εκατό"
    return _HUNDREDS_EL[hundreds].removesuffix("όσια") + ending


def _agreeing(word: str, gender: str, case: str) -> str:
    forms = _GENDERED.get(word, {})
    if case == "genitive" and "genitive" in forms:
        return forms["genitive"]
    if gender in ("m", "f") and "mf" in forms:
        return forms["mf"]
    return forms.get((gender, case), word)


def counted(
    number: int,
    language: str = "el",
    *,
    one: str,
    many: str,
    gender: str = "n",
    many_gender: str = "",
    case: str = "nominative",
) -> str:
    """Return number and noun: «μία επίσκεψη», «επτά χρόνια», "two visits". Errors as for `number_words`.

    `one` and `many` are the noun in singular and plural, already in `case`. `many_gender` is for nouns that change
    theirs (ένας χρόνος, επτά χρόνια). Twenty-one of something is many in both languages.
    """
    asked = gender if number == 1 else many_gender or gender
    return f"{number_words(number, language, gender=asked, case=case)} {one if number == 1 else many}"


def years_in_words(years: int, language: str) -> str:
    """Return «ένας χρόνος», «επτά χρόνια» or "seven years". Raise ValueError outside 1 to 999."""
    one, many = ("χρόνος", "χρόνια") if language == "el" else ("year", "years")
    return counted(years, language, one=one, many=many, gender="m", many_gender="n")
