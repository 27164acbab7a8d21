"""Nouns with their article in every case: ο καφές, του καφέ, τον καφέ · στη σοκολάτα · τον εσπρέσο σου.

Source: the declensions of the grammar of the Greek primary school. What that leaves open (the stress of many
genitives, learned nouns, unknown endings) answers with the reason "rebuild": the caller then puts the noun after a
colon.
"""

from collections.abc import Callable

from .answers import Answer
from .neighbours import ENCLITICS, RULE, UNSURE, before_enclitic, keeps_nu
from .text import capitalised, fold, has_greek, stress, syllable_count, with_stress, without_accent

CASES = ("nominative", "genitive", "accusative")

_SINGULAR = {
    "nominative": {"m": "ο", "f": "η", "n": "το"},
    "genitive": {"m": "του", "f": "της", "n": "του"},
    "accusative": {"m": "τον", "f": "την", "n": "το"},
}
_PLURAL = {
    "nominative": {"m": "οι", "f": "οι", "n": "τα"},
    "genitive": {"m": "των", "f": "των", "n": "των"},
    "accusative": {"m": "τους", "f": "τις", "n": "τα"},
}
# Neuters of foreign make that look declinable and are not.
_UNBENDING = frozenset(
    {
        "εσπρεσο", "καπουτσινο", "μακιατο", "ριστρετο", "φρεντο", "κακαο", "αμερικανο", "μοκα", "μαγιο", "στιλο",
        "στυλο", "μπιμπερο", "ρεσο", "μετρο", "ταμπλο", "παρεο", "ντεπο", "λατε", "κορταδο", "αφογκατο", "μοκατσινο",
    }
)  # fmt: skip
_IRREGULAR_GENITIVES = {"γάλα": "γάλακτος", "τσάι": "τσαγιού", "φως": "φωτός", "σάββατο": "σαββάτου"}
_VOWELS = "αεηιουω"
# Endings by which a first word is an adjective, so that the noun after it bends with it.
_ADJECTIVES = (
    "ικοσ", "ικη", "ικια", "ινοσ", "ινη", "ενοσ", "ενη", "ωτοσ", "ωτη", "αιοσ", "αια", "ιμοσ", "ιμη", "εροσ", "ερη",
    "ηροσ", "ηρη",
    "μαυρη", "μαυροσ", "ασπρη", "ασπροσ", "λευκη", "λευκοσ", "μεγαλη", "μεγαλοσ", "μικρη", "μικροσ", "νεα", "νεοσ",
    "καλη", "καλοσ", "γλυκια", "διπλη", "διπλοσ", "σκετη", "σκετοσ",
)  # fmt: skip


def definite_article(noun: str, *, gender: str, plural: bool = False, case: str = "accusative") -> str:
    """Return the definite article of `noun`. `gender` is m, f or n, `case` one of CASES; raise KeyError for another."""
    if plural:
        return _PLURAL[case][gender]
    if case == "accusative" and gender == "f":
        return "την" if keeps_nu(noun) else "τη"
    return _SINGULAR[case][gender]


def bend(noun: str, *, gender: str, plural: bool = False, case: str) -> Answer:
    """Return `noun`, given in the nominative, in `case`. Of a phrase only what must bend does (μηχανής εσπρέσο).

    Raise KeyError for a gender or case we do not know. Accusatives may be given again: they stay as they are.
    """
    rule = _RULES[case][plural][gender]
    head, is_whole = _first_bent(noun, rule)
    if is_whole:
        return head
    first, _blank, rest = noun.partition(" ")
    return _phrase(first, head, rest, rule)


def _first_bent(noun: str, rule: Callable[[str], Answer]) -> tuple[Answer, bool]:
    """Bend the first word of `noun`: the whole answer and True where nothing behind it matters, else that word's."""
    if not noun.strip():
        return Answer("", 0.0, "empty"), True
    if not has_greek(noun):
        return Answer(noun, RULE, "foreign"), True
    first, _blank, rest = noun.partition(" ")
    if len(first) > 1 and first.isupper():
        return Answer(noun, UNSURE, "rebuild"), True
    head = _in_the_case_of(first, rule)
    if not rest or head.text == first:
        return Answer(" ".join(filter(None, (head.text, rest))), head.confidence, head.reason), True
    return head, False


def _in_the_case_of(word: str, rule: Callable[[str], Answer]) -> Answer:
    """Bend one word, its capital kept."""
    answer = rule(word)
    return Answer(capitalised(answer.text), answer.confidence, answer.reason) if word[:1].isupper() else answer


def _phrase(first: str, head: Answer, rest: str, rule: Callable[[str], Answer]) -> Answer:
    """Bend a phrase whose first word bends: after an adjective the noun bends too (ελληνικό καφέ)."""
    second, _blank, tail = rest.partition(" ")
    told = " ".join(filter(None, (head.text, rest)))
    bent = _in_the_case_of(second, rule)
    if _is_adjective(first):
        # An adjective keeps its accent where a noun moves it (του νόστιμου καφέ).
        adjective = _in_the_case_of(first, lambda word: _with_accent_kept(rule, word))
        both = " ".join(filter(None, (adjective.text, bent.text, tail)))
        return Answer(both, min(RULE, bent.confidence), bent.reason)
    if bent.text != second and _may_agree(first, second):
        return Answer(told, UNSURE, "rebuild", (" ".join(filter(None, (head.text, bent.text, tail))),))
    return Answer(told, head.confidence, head.reason)


def _is_adjective(word: str) -> bool:
    """Tell whether a nominative is that of an adjective: ελληνικός, μαύρη, ξηροί."""
    key = fold(word)
    return key.endswith(_ADJECTIVES) or (key.endswith("οι") and f"{key[:-2]}οσ".endswith(_ADJECTIVES))


def _may_agree(first: str, second: str) -> bool:
    """Tell whether both words may stand in the nominative (κρέμα καραμέλα, κρύο νερό), so that either reading is open.

    Of καφές φίλτρου or μηχανή εσπρέσο only the first word can.
    """
    one, two = fold(first), fold(second)
    if two in _UNBENDING or two.endswith(("ου", "ουσ", "ων")):
        return False
    if one.endswith("οι"):
        return two.endswith(("οι", "εσ"))
    return two.endswith("σ") if one.endswith("σ") else two[-1:] in _VOWELS


def _with_accent_kept(rule: Callable[[str], Answer], word: str) -> Answer:
    answer = rule(word)
    return Answer(with_stress(answer.text.lower(), stress(word)), RULE, "rule")


def with_article(noun: str, *, gender: str, plural: bool = False, case: str = "accusative") -> Answer:
    """Return the noun with its definite article: τον καφέ, της σοκολάτας, τα κουλουράκια. Errors as for `bend`."""
    bent = bend(noun, gender=gender, plural=plural, case=case)
    article = definite_article(noun, gender=gender, plural=plural, case=case)
    return Answer(f"{article} {bent.text}".rstrip(), bent.confidence, bent.reason)


def with_preposition(noun: str, *, gender: str, plural: bool = False) -> Answer:
    """Return the noun after «σε» and its article: στον καφέ, στη σοκολάτα, στα κουλουράκια. Errors as for `bend`."""
    told = with_article(noun, gender=gender, plural=plural)
    return Answer(f"σ{told.text}", told.confidence, told.reason)


def possessed(noun: str, *, owner: str, gender: str, plural: bool = False, case: str = "accusative") -> Answer:
    """Return article, noun and whose it is: τον εσπρέσο σου, το κατάστημά σας. Errors as for `bend`.

    Raise ValueError for an `owner` other than μου, σου, του, της, μας, σας, τους.
    """
    if owner not in ENCLITICS:
        raise ValueError(f"{owner!r} is none of {', '.join(sorted(ENCLITICS))}")
    told = with_article(noun, gender=gender, plural=plural, case=case)
    before, blank, last = told.text.rpartition(" ")
    accented = before_enclitic(last)
    weaker = told if told.confidence <= accented.confidence else accented
    return Answer(f"{before}{blank}{accented.text} {owner}", weaker.confidence, weaker.reason)


# What stands behind a noun without agreeing with it: a genitive (καφές φίλτρου, κρέμα νυκτός).
_GENITIVES = ("ου", "ουσ", "ων", "ασ", "ησ", "οσ")


def nominative_of(noun: str, *, gender: str, plural: bool = False) -> Answer:
    """Return `noun`, given in the accusative, in the nominative: καφέ gives καφές, ελληνικό καφέ ελληνικός καφές.

    A noun that stands in the nominative already stays. Not sure where the accusative does not tell the nominative:
    ανθρώπους (άνθρωποι), words that may be of foreign make. Raise KeyError for a gender we do not know.
    """
    rule = _BACK[plural][gender]
    head, is_whole = _first_bent(noun, rule)
    if is_whole:
        return head
    first, _blank, rest = noun.partition(" ")
    second, _blank, tail = rest.partition(" ")
    told = Answer(f"{head.text} {rest}", head.confidence, head.reason)
    agreeing = fold(first).endswith("ουσ") and fold(second).endswith("ουσ")  # ξηρούς καρπούς, no genitive
    if not agreeing and (fold(second).endswith(_GENITIVES) or fold(second) in _UNBENDING):
        return told
    back = _in_the_case_of(second, rule)
    if _is_adjective(head.text):
        both = " ".join(filter(None, (head.text, back.text, tail)))
        return Answer(both, min(head.confidence, back.confidence), back.reason)
    # Of two words that both could bend (διπλό καφέ, χυμό μήλο) nothing tells whether the second goes with the first.
    return told if back.text == second else _unsure(told.text)


# --- One word, by case, number and gender. Each rule gets the nominative of that number. ---


def _sure(text: str) -> Answer:
    return Answer(text, RULE, "rule")


def _unsure(text: str, *choices: str) -> Answer:
    return Answer(text, UNSURE, "rebuild", choices)


def _same(word: str) -> Answer:
    return _sure(word)


def _masculine_accusative(word: str) -> Answer:
    key = fold(word)
    if key.endswith(("ευσ", "ων", "ωρ")):
        return _unsure(word)
    return _sure(word[:-1] if key.endswith("σ") else word)


def _feminine_accusative(word: str) -> Answer:
    key = fold(word)
    if key.endswith("οσ"):
        return _sure(word[:-1])
    return _unsure(word) if key.endswith("σ") else _sure(word)


def _masculine_genitive(word: str) -> Answer:
    key = fold(word)
    if key.endswith("οσ"):
        kept = with_stress(without_accent(word.lower())[:-2] + "ου", stress(word))
        moved = with_stress(kept, 2)
        return _sure(kept) if stress(word) in (1, 2) else _unsure(moved, kept)
    if key.endswith(("ευσ", "υσ")) and not key.endswith("ουσ"):
        return _unsure(word)
    if key.endswith(("ασ", "ησ", "εσ", "ουσ")):
        return _sure(word[:-1])
    return _unsure(word) if key.endswith(("ων", "ωρ", "σ")) else _sure(word)


def _feminine_genitive(word: str) -> Answer:
    key = fold(word)
    if key in _UNBENDING and key != "μοκα":
        return _sure(word)
    if key.endswith("οσ"):
        moved = with_stress(without_accent(word.lower())[:-2] + "ου", min(stress(word), 2))
        return _sure(moved) if stress(word) else _unsure(moved)
    if key.endswith("σ"):
        return _unsure(word)
    return _sure(word + "ς") if key.endswith(("α", "η", "ω", "ου")) else _sure(word)


def _neuter_genitive(word: str) -> Answer:
    key, lowered = fold(word), word.lower()
    plain, place = without_accent(lowered), stress(word)
    if lowered in _IRREGULAR_GENITIVES:
        return _sure(_IRREGULAR_GENITIVES[lowered])
    if key in _UNBENDING or key.endswith(("ε", "ου", "ω")):
        return _sure(word)
    if key.endswith("μα") and place:
        return _sure(with_stress(plain + "τος", 3))
    if key.endswith("ο"):
        if place == 3 and not key.endswith("ιο"):
            return _unsure(with_stress(plain + "υ", 2), with_stress(plain + "υ", 3))
        return _sure(with_stress(plain + "υ", min(place, 2))) if place else _unsure(word)
    if key.endswith("ι") and not key.endswith(("ακι", "αι", "ει", "οι")):
        return _sure(with_stress(plain + "ου", 1)) if place in (1, 2) else _unsure(word)
    if key.endswith("οσ") and place:
        return _sure(with_stress(plain[:-2] + "ους", min(place, 2)))
    return _unsure(word) if key[-1:] in "αινυσ" else _sure(word)


def _plural_accusative(word: str) -> Answer:
    """Bend -οι only, masculine (φούρνους) or feminine (μεθόδους); every other plural stays."""
    key = fold(word)
    if not key.endswith("οι"):
        return _sure(word)
    kept = with_stress(without_accent(word.lower())[:-2] + "ους", stress(word))
    return _sure(kept) if stress(word) in (1, 2) else _unsure(with_stress(kept, 2), kept)


def _plural_genitive(word: str) -> Answer:
    key, plain, place = fold(word), without_accent(word.lower()), stress(word)
    if key.endswith("οι") and place in (1, 2):
        return _sure(with_stress(plain[:-2] + "ων", place))
    if key.endswith(("αδεσ", "εδεσ", "ουδεσ")) and place == 2:
        return _sure(with_stress(plain[:-2] + "ων", 2))
    if key.endswith("εισ") and place:
        return _sure(with_stress(plain[:-3] + "εων", 3))
    if key.endswith("εσ"):
        genitive = with_stress(plain[:-2] + "ων", 1)
        return _sure(genitive) if place == 1 else _unsure(genitive)
    if key.endswith("ματα") and place == 3:
        return _sure(with_stress(plain[:-1] + "ων", 2))
    if key.endswith("α") and not key.endswith("ια") and place in (1, 2):
        return _sure(with_stress(plain[:-1] + "ων", place))
    if key.endswith("ια") and place == 1:
        return _sure(with_stress(plain[:-1] + "ων", 1))
    if key.endswith("η") and syllable_count(word) <= 3 and place:
        return _sure(with_stress(plain[:-1] + "ων", 1))
    if key[-1:] in "αηισε":
        return _unsure(word)
    return _sure(word)


_NOMINATIVE = {"m": _same, "f": _same, "n": _same}
# case -> plural -> gender -> rule
_RULES: dict[str, dict[bool, dict[str, Callable[[str], Answer]]]] = {
    "nominative": {False: _NOMINATIVE, True: _NOMINATIVE},
    "genitive": {
        False: {"m": _masculine_genitive, "f": _feminine_genitive, "n": _neuter_genitive},
        True: {"m": _plural_genitive, "f": _plural_genitive, "n": _plural_genitive},
    },
    "accusative": {
        False: {"m": _masculine_accusative, "f": _feminine_accusative, "n": _same},
        True: {"m": _plural_accusative, "f": _plural_accusative, "n": _same},
    },
}

# --- Back from the accusative ---

# Endings of words that are as often foreign and unbending as Greek (φρέντο, κρίνο).
_FOREIGN_ENDINGS = ("ινο", "ετο", "ατο", "ιτο", "εντο", "αντο", "ονε")


def _masculine_back(word: str) -> Answer:
    key = fold(word)
    if key in _UNBENDING or key[-1:] not in _VOWELS:
        return _sure(word)
    if key.endswith(_FOREIGN_ENDINGS) or (key[-1:] in "ιωυ" and not key.endswith("ου")):
        return _unsure(word)
    return _sure(word + "ς")


def _feminine_back(word: str) -> Answer:
    key = fold(word)
    if key.endswith("ο") and key not in _UNBENDING:
        return _sure(word + "ς")
    return _sure(word) if key.endswith("οσ") or not key.endswith("σ") else _unsure(word)


def _plural_back(word: str) -> Answer:
    """Turn -ους into -οι (χυμούς); where the accent may have moved (ανθρώπους) nobody can tell."""
    key = fold(word)
    if not key.endswith("ουσ"):
        return _sure(word)
    nominative = with_stress(without_accent(word.lower())[:-3] + "οι", stress(word))
    sure = stress(word) == 1 or syllable_count(word) == 2
    return _sure(nominative) if sure else _unsure(nominative)


# plural -> gender -> rule
_BACK: dict[bool, dict[str, Callable[[str], Answer]]] = {
    False: {"m": _masculine_back, "f": _feminine_back, "n": _same},
    True: {"m": _plural_back, "f": _plural_back, "n": _same},
}
