"""Σου and σας in one letter."""

from .remarks import Remark
from .words import Reading, word_set

# informal word -> formal word
_PAIRS = {
    "σου": "σας", "εσύ": "εσείς", "εσένα": "εσάς", "είσαι": "είστε", "έχεις": "έχετε", "θέλεις": "θέλετε",
    "ξέρεις": "ξέρετε", "μπορείς": "μπορείτε", "περιμένεις": "περιμένετε", "χαίρεσαι": "χαίρεστε", "βρεις": "βρείτε",
    "δεις": "δείτε", "έρθεις": "έρθετε", "περάσεις": "περάσετε", "θυμάσαι": "θυμάστε", "χρειάζεσαι": "χρειάζεστε",
    "αγαπάς": "αγαπάτε", "ήσουν": "ήσασταν", "επιθυμείς": "επιθυμείτε", "σκέφτεσαι": "σκέφτεστε",
    "ήθελες": "θέλατε", "ήρθες": "ήρθατε", "έλειψες": "λείψατε", "τιμάς": "τιμάτε", "εμπιστεύεσαι": "εμπιστεύεστε",
}  # fmt: skip
_BACK = {formal: informal for informal, formal in _PAIRS.items()}
# After να and θα a word is a verb, and its ending tells the person; pronouns may stand between.
_BEFORE_VERBS = frozenset({"να", "θα", "ας"})
_BETWEEN = word_set("μου σου του της μας σας τους με σε τον την τη το τις τα μην μη δεν δε")
_NO_VERBS = _BETWEEN | {"τρεις"}
_INFORMAL_VERBS = ("εις", "είς", "άς")
_FORMAL_VERBS = ("ετε", "είτε", "άτε", "ήτε")
# These endings are of verbs wherever they stand.
_SURELY_INFORMAL = ("εσαι", "άσαι", "ιέσαι")
# In a letter to one person these speak of several, and rightly: σε όλους σας, να είστε όλοι καλά.
_SEVERAL = word_set("όλοι όλους όλες όλων όλα μεταξύ καθένας καθέναν καθεμιά οικογένεια οικογένειά οικογένειες παρέα")
_SENTENCE_ENDS = frozenset(".!;?\n")


def mixed(words: Reading, *, manner: str) -> list[Remark]:
    """Remark on the words of the other register: that of `manner`, or where none is given the rarer of the two.

    Quoted words are somebody else's. In a letter to one person a plural beside «όλοι» speaks of several.
    """
    informal = [number for number in range(len(words)) if _is(words, number, _PAIRS, _INFORMAL_VERBS)]
    formal = [number for number in range(len(words)) if _is(words, number, _BACK, _FORMAL_VERBS)]
    several = _spoken_to_several(words)
    spoken_to_one = [number for number in formal if not several[number]]
    if manner == "formal":
        wrong = informal
    elif manner == "informal":
        wrong = spoken_to_one
    elif informal and spoken_to_one:
        wrong = informal if len(informal) < len(spoken_to_one) else spoken_to_one
        if len(informal) == len(spoken_to_one):
            wrong = max(informal, spoken_to_one)
    else:
        wrong = []
    return [words.instead("mixed_register", number, _other(words[number].text)) for number in wrong]


def _is(words: Reading, number: int, table: dict[str, str], verbs: tuple[str, ...]) -> bool:
    word = words[number]
    if not word.is_greek or word.quoted or word.glued:
        return False
    if word.key in table or (verbs is _INFORMAL_VERBS and len(word.text) > 5 and word.key.endswith(_SURELY_INFORMAL)):
        return True
    return word.key.endswith(verbs) and word.key not in _NO_VERBS and _after_particle(words, number)


def _after_particle(words: Reading, number: int) -> bool:
    before = words.before(number)
    while before is not None and before.key in _BETWEEN:
        number -= 1
        before = words.before(number)
    return before is not None and before.key in _BEFORE_VERBS


def _spoken_to_several(words: Reading) -> list[bool]:
    """Tell of each word whether its sentence speaks of several people."""
    sentences: list[list[int]] = []
    for number, word in enumerate(words.words):
        gap = words.text[words[number - 1].end : word.start] if number else "\n"
        if _SENTENCE_ENDS & set(gap):
            sentences.append([])
        sentences[-1].append(number)
    told = [any(words[number].key in _SEVERAL for number in sentence) for sentence in sentences]
    return [several for sentence, several in zip(sentences, told, strict=True) for _number in sentence]


def _other(text: str) -> str:
    """Return the word of the other register, "" for a verb that is not in the table."""
    other = _PAIRS.get(text.lower()) or _BACK.get(text.lower(), "")
    return other[:1].upper() + other[1:] if text[0].isupper() else other
