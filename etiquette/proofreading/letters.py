"""Letters of the wrong alphabet, and the two forms of sigma."""

from ..text import has_accent, has_greek
from .remarks import Remark
from .words import Reading

_TO_GREEK = dict(zip("ABEZHIKMNOPTYXaeikopvxu", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικορνχυ", strict=True))
_TO_GREEK |= {"ó": "ό", "á": "ά", "í": "ί", "é": "έ", "µ": "μ"}
_TO_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικορνχυ", "ABEZHIKMNOPTYXaikopvxu", strict=True))


def look_alikes(words: Reading, *, greek: bool) -> list[Remark]:
    """Remark on words that mix the alphabets, and in Greek on a Latin H or O that stands for an article.

    What cannot be put into one alphabet by letters of the same look (a brand, usb-άκι) is left alone.
    """
    found = []
    for number, word in enumerate(words.words):
        if word.kind:
            continue
        mended = _mended(word.text, greek=greek)
        if greek and word.text in ("H", "O") and word.opens and not word.glued:
            following = words.after(number)
            mended = _TO_GREEK[word.text] if following and has_greek(following.text) else word.text
        if mended != word.text:
            found.append(words.remark("look_alike", word.start, word.end, mended))
    return found


def _mended(text: str, *, greek: bool) -> str:
    own = [letter for letter in text if "\u0370" <= letter <= "\u03ff"]
    other = [letter for letter in text if letter < "\u0250"]
    if not own or not other:
        return text
    to_greek = all(letter in _TO_GREEK for letter in other)
    to_latin = all(letter in _TO_LATIN for letter in own)
    if to_greek and to_latin and len(own) != len(other):
        to_greek, to_latin = len(own) > len(other), len(own) < len(other)
    if to_greek and (greek or not to_latin):
        return "".join(_TO_GREEK.get(letter, letter) for letter in text)
    if to_latin:
        return "".join(_TO_LATIN.get(letter, letter) for letter in text)
    return text


def sigmas(words: Reading) -> list[Remark]:
    """Remark on σ at the end of a word, and on ς inside one: a slip, or a blank that was forgotten."""
    found = []
    for word in words.words:
        if not word.is_greek or len(word.text) < 2:
            continue
        if "ς" in word.text[:-1]:
            found.append(words.remark("sigma", word.start, word.end, ""))
        elif word.text.endswith("σ") and not word.glued and (not word.dotted or has_accent(word.text)):
            found.append(words.remark("sigma", word.start, word.end, word.text[:-1] + "ς"))
    return found
