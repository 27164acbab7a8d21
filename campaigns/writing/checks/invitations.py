"""Invitations and promises in a greeting: «ο καφές από εμάς», «σας περιμένουμε», "drop by". People will come."""

import re
from dataclasses import dataclass

from .findings import PIECE, Cuts, folded, place_of, set_aside

LONGEST = 160  # characters of an invitation as it is shown
_TREAT = (
    r"(?:καφε\w*|εσπρεσο|καπουτσινο|κερασμ\w*|γλυκ\w*|ποτο|ποτα|πρωινο|τσαι|κρασι|ουζο|τσιπουρο|παγωτο|τουρτα|κουλουρ\w*"
    r"|τυροπιτ\w*|μπυρα|μπιρα|σοκολατ\w*|δωρ[οα]|δωρακ\w*|τραπεζι|φαγητο|επισκεψη)"
)
_PASS = "περαστε|περνα|περασετε|περασεισ"
_WEEKDAY = r"(?:δευτερα|τριτη|τεταρτη|πεμπτη|παρασκευη|σαββατο|κυριακη|παραμονη)"
# Over small letters without accents. Greek before English.
_GREEK = (
    rf"\b{_TREAT}\b[^.;!\n]{{0,30}}\b(?:απο|’πο) (?:εμασ|μασ|εμενα|μενα|το (?:μαγαζι|καταστημα|σπιτι))\b",
    r"\bκερασ(?!ι\b|ια\b|ιου\b|ιων\b|εν)\w*",
    r"\bκερνα(?:με|ω|μαι|νε)?\b|\bκερναει\b",
    r"\b(?:σασ|σε) περιμενουμε\b|\bπεριμενουμε (?:εσασ|εσενα|την επισκεψη)\b",
    rf"\b(?:σασ|σε) περιμενει[^.;!\n]{{0,25}}\b{_TREAT}",
    rf"\b{_TREAT}[^.;!\n]{{0,20}}\b(?:σασ|σε) περιμενει\b",
    rf"\b(?:{_PASS}|περασε) (?:μια βολτα|απο|να|μεσα|για|οποτε|ενα πρωι|ενα απογευμα|καποια στιγμη)\b",
    rf"\b(?:{_PASS}) (?:(?:την?|το|τη|αυτη την|αυτο το) )?{_WEEKDAY}\b",
    r"\b(?:ελατε|ελα) (?:να|απο|στο|στη|στην|μια|για|οποτε|κι εσ)\b",
    r"\b(?:σασ|σε) (?:προσ)?καλουμε\b|\b(?:προσ)?καλεσμεν(?:οσ|η|οι|εσ)\b",
    rf"\b(?:σασ|σου) (?:προσφερουμε|χαριζουμε|δινουμε|στελνουμε|εχουμε)[^.;!\n]{{0,30}}\b{_TREAT}\b",
    r"\b(?:σασ|σου) (?:υποσχομαστε|υποσχομαι)\b|\bυποσχομαστε\b",
    r"\b(?:σασ|σου) (?:εχουμε )?(?:φυλαμε|κραταμε|φυλαξαμε|κρατησαμε)\b",
    r"\bθα (?:σασ|σου) (?:φερουμε|στειλουμε|τηλεφωνησουμε|κερασουμε|δωσουμε|ετοιμασουμε|φυλαξουμε|κρατησουμε)\b",
    rf"\bθα βρε(?:ισ|ιτε)[^.;!\n]{{0,30}}\b{_TREAT}\b",
)
_ENGLISH = (
    r"\b(?:is|are|[’']s|[’']re|be) on us\b|\bon the house\b",
    r"\b(?<!you )(?<!next )(?<!has )(?<!have )(?<!had )(?<![’']s )"
    r"(?:drop|stop|come|pop|swing|call) (?:by|in|over|round|around)\b(?! (?:mind|love|touch))",
    r"\bcome and see us\b|\bcome see us\b|\bvisit us\b|\bpay us a visit\b|\bjoin us\b",
    r"\b(?:we are|we[’']re|we will be|we[’']ll be) (?:waiting for|expecting) you\b|\bwe await you\b",
    r"\byou are invited\b|\byou[’']re invited\b|\bwe invite you\b|\binvite you to\b|\bbe our guest\b",
    r"\b(?:gift|present|treat|coffee|cake|drink|surprise) (?:is )?(?:waiting|awaits)\b|\bwaits for you\b",
    r"\btreat you to\b|\bbuy you an?\b",
    r"\bwe promise\b|\bi promise\b",
    r"\b(?:we[’']ve|we have|we) (?:kept|saved|set aside|put aside) (?:\w+ ){1,5}for you\b",
    r"\bwe (?:will|shall) (?:bring|send|call|give|keep) you\b|\bwe[’']ll (?:bring|send|call|give|keep) you\b",
)
_PATTERNS = {"el": re.compile("|".join(_GREEK)), "en": re.compile("|".join(_ENGLISH))}
_SENTENCE_EDGE = {
    "el": re.compile(r"[.!;…](?=[\s\]*»”]|$)|\n|\[\[|\]\]"),
    "en": re.compile(r"[.!?…](?=[\s\]*”\"]|$)|\n|\[\[|\]\]"),
}
_DECORATION = re.compile(r"[\s*_#>,·]*")
_UNSEEN = re.compile(rf"\[\[|\]\]|[*_#>]|{PIECE}+")
# «περάστε να έχετε …» begins a wish.
_HANDS_OFF = re.compile(rf"(?:{_PASS}) να (?:εχ|ειστε|εισαι)")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A sentence that brings people to the door, as it is read ("…" for facts), with its place in the source."""

    text: str
    line: int
    column: int


def invitations_in(body: str, language: str) -> list[Invitation]:
    """Return the sentences of a body, words of a source or a letter, that invite or promise; each once."""
    prose = set_aside(body, side="source")
    pattern = _PATTERNS.get(language, _PATTERNS["en"])
    edge = _SENTENCE_EDGE.get(language, _SENTENCE_EDGE["en"])
    plain = folded(prose)
    sentences = Cuts(prose, edge)
    found: dict[int, Invitation] = {}
    for match in pattern.finditer(plain):
        start, end = sentences.around(match.start(), match.end())
        if start in found or _HANDS_OFF.match(plain, match.start()):
            continue
        words = " ".join(_UNSEEN.sub(_as_read, prose[start:end]).split()).strip(" ,·")
        line, column = place_of(body, _DECORATION.match(prose, start).end())
        found[start] = Invitation(words if len(words) <= LONGEST else words[: LONGEST - 1] + "…", line, column)
    return list(found.values())


def _as_read(match: re.Match[str]) -> str:
    return "…" if match.group().startswith(PIECE) else ""
