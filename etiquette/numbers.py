"""Small numbers in words, as a letter writes them: «επτά χρόνια», "seven years"."""

# Neuter forms, as «χρόνια» wants them; written by hand from school grammar.
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
_UNITS_EN = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_words(number: int, language: str) -> str:
    """Return 1 to 99 in words (Greek: the neuter, as before «χρόνια»). Raise ValueError outside that range."""
    if not 1 <= number <= 99:
        raise ValueError(f"{number} is not between 1 and 99")
    tens, units = divmod(number, 10)
    if language == "el":
        if number in _TEENS_EL:
            return _TEENS_EL[number]
        return _UNITS_EL[number] if number <= 12 else " ".join(filter(None, (_TENS_EL[tens], _UNITS_EL[units])))
    return _UNITS_EN[number] if number <= 19 else "-".join(filter(None, (_TENS_EN[tens], _UNITS_EN[units])))


def years_in_words(years: int, language: str) -> str:
    """Return «ένας χρόνος», «επτά χρόνια» or "seven years", with a capital, to stand at the start of a sentence.

    Raise ValueError outside 1 to 99.
    """
    words = number_words(years, language)
    if language == "el":
        phrase = "ένας χρόνος" if years == 1 else f"{words} χρόνια"
    else:
        phrase = f"{words} year" if years == 1 else f"{words} years"
    return phrase[0].upper() + phrase[1:]
