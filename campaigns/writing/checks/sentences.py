"""Where sentences begin and end: the small letter after the opening in Greek, capitals, stops that are missing."""

import re
from collections.abc import Iterator

from etiquette.proofreading.words import word_set

from .findings import ADDRESS, PIECE, Finding, paragraphs

# After «Αγαπητέ κύριε …,» Greek goes on in small letters. Of other words one cannot know that they are no names.
_SMALL_WORDS = word_set(
    "σας σου σε με μας και κι να θα δεν εκ από για ο η το οι τα τη την τον στη στην στο ένα μία μια αυτές αυτή αυτό "
    "καλά καλή καλό καλές καλώς χρόνια πολλά πολλές πολύ χίλια ευχόμαστε ευχόμαι εύχομαι ευχαριστούμε ευχαριστώ "
    "ελπίζουμε ελπίζω χαιρόμαστε χαίρομαι χαρήκαμε θέλουμε θέλω θέλαμε σκεφτόμαστε σκεφτήκαμε γράφουμε στέλνουμε "
    "σήμερα φέτος εφέτος πέρασε πέρασαν πάει όλοι όλες όλη όσο όταν όπως κάθε πριν μετά τώρα τις τους των μέσα εδώ "
    "άλλη ακόμη ακόμα ήρθε έφτασε έρχεται έρχονται είναι είστε είσαι ήθελα ήθελε μπορεί πάντα συγγνώμη συγχωρήστε"
)
_SMALL, _CAPITAL = "a-zα-ωάέήίόύώϊϋΐΰς", "A-ZΑ-ΩΆΈΉΊΌΎΏ"
_DECORATION = re.compile(r"[\s*_>#\[«“\"‘]*")
_FIRST_WORD = re.compile(rf"[{_SMALL}{_CAPITAL}]{{1,40}}(?![\w.@])")
_SENTENCE_END = re.compile(
    rf"(?P<before>[{_SMALL}]{{4,40}})(?P<sign>[.;?])[ \n](?P<after>[{_SMALL}]{{1,40}})(?![\w.@])"
)
_ABBREVIATIONS = frozenset({"λεωφ", "αριθ", "πληρ", "εταιρ", "υποκ", "approx", "dept", "incl", "misc", "στρεμ"})
_AFTER_BRACKETS = re.compile(
    rf"(?P<last>[{_SMALL}]{{1,40}})[*_]{{0,3}}\s{{0,3}}\]\]\s{{0,3}}(?:\[\[\s{{0,3}})?(?=[*_]{{0,3}}[{_CAPITAL}][{_SMALL}])"
)
_LAST_WORD = re.compile(r"(?P<word>[^\W_]{1,40}[»”)]?)[\s*_\]]*$")
_NO_PROSE = re.compile(r"[ \t]{0,8}(?:[-*+•>#]|(?:\d{1,3}|[a-zα-ω])[.)])[ \t]")
# Whatever begins so is the end of a letter, and takes a comma or nothing.
_CLOSINGS = re.compile(
    r"(?:με |φιλικ|εγκάρδι|θερμ|ειλικριν|σας φιλ|σε φιλ|τα φιλιά|δικός|δική"
    r"|with |kind|warm|best|yours|sincerely|love|many thanks|cheers|regards)",
    re.IGNORECASE,
)
_LEAST_WORDS = 4


def slips_of_sentences(text: str, *, language: str) -> Iterator[Finding]:
    """Yield capitals that should be small or the reverse, and sentences without their stop."""
    yield from _after_opening(text, language)
    yield from small_beginnings(text, language=language)
    for match in _AFTER_BRACKETS.finditer(text):
        if _begins_as_sentence(text, match.start()):
            last = match["last"]
            yield Finding("stop_missing", match.start("last"), match.end("last"), last, f"{last}.")
    yield from _ends_of_paragraphs(text)


def small_beginnings(text: str, *, language: str) -> Iterator[Finding]:
    """Yield the words that begin a sentence inside a paragraph with a small letter."""
    for match in _SENTENCE_END.finditer(text):
        if match["before"] in _ABBREVIATIONS or match["sign"] == ("?" if language == "el" else ";"):
            continue
        capital = match["after"][0].upper() + match["after"][1:]
        yield Finding("capital_missing", match.start("after"), match.end("after"), match["after"], capital)


def _after_opening(text: str, language: str) -> Iterator[Finding]:
    """The first word after the opening line; an opening that is no line of its own is not judged."""
    opening, line_end, _rest = text.lstrip().partition("\n")
    opening = opening.rstrip(" *_")
    if not line_end or not opening or not (opening.endswith(",") or set(opening) == {PIECE}):
        return
    after = _DECORATION.match(text, len(text) - len(text.lstrip()) + len(opening)).end()
    word = _FIRST_WORD.match(text, after)
    if word is None:
        return
    written = word.group()
    if language == "el" and written[0].isupper() and written.lower() in _SMALL_WORDS:
        yield Finding("capital_after_opening", word.start(), word.end(), written, written[0].lower() + written[1:])
    elif language == "en" and written[0].islower():
        yield Finding("capital_missing", word.start(), word.end(), written, written[0].upper() + written[1:])


def ends_without_stop(paragraph: str) -> bool:
    """Tell of a paragraph in the middle of a letter whether its last sentence lacks a stop."""
    return _without_stop(paragraph) is not None


def _without_stop(words: str) -> re.Match[str] | None:
    if _NO_PROSE.match(words) or _CLOSINGS.match(words) or len(words.split()) < _LEAST_WORDS:
        return None
    last = _LAST_WORD.search(words, max(0, len(words) - 80))
    return last if last and PIECE not in last.group() and ADDRESS not in last.group() else None


def _begins_as_sentence(text: str, end: int) -> bool:
    """Tell of the optional words that end at `end` whether they are a sentence: a capital first, some words long."""
    opening = text.rfind("[[", max(0, end - 600), end)
    words = text[opening + 2 : end].split()
    return opening >= 0 and len(words) + 1 >= _LEAST_WORDS and words[0].lstrip("*_«")[:1].isupper()


def _ends_of_paragraphs(text: str) -> Iterator[Finding]:
    """Paragraphs without a stop. The first may be the opening, the last is who signs, before it stands a closing."""
    places = list(paragraphs(text))
    for start, end in places[1:-1]:
        if last := _without_stop(text[start:end]):
            word = last["word"]
            yield Finding("stop_missing", start + last.start("word"), start + last.end("word"), word, f"{word}.")
