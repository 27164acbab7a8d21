"""The names of our tables by their Latin skeleton: how Greeklish and ELOT spellings find them.

An index is made when the first Latin word is read. Women's forms are not stored but found through the man's.
"""

from collections import defaultdict
from functools import cache

from . import lexicon
from .text import fold, syllable_count, without_accent
from .transliteration import latin_skeleton, latin_skeletons

# The end of a man's surname in Latin skeletons, and what stands there in the woman's.
_WOMENS_SKELETONS = (("u", "os"), ("idu", "idis"), ("adu", "adis"), ("i", "is"), ("a", "as"), ("e", "es"))
_STEM_TAILS = ("ιος", "ιας", "ος", "ης", "ας", "ων", "υς", "ς")
_STEM_SKELETONS = ("os", "is", "as", "ios", "ias", "on", "s", "")


def _by_skeleton(*tables: lexicon.Table) -> dict[str, list[str]]:
    """Return the keys of some tables by their Latin skeletons."""
    keys = list(dict.fromkeys(key for table in tables for key in table))
    found: dict[str, list[str]] = defaultdict(list)
    for skeleton, key in zip(latin_skeletons(keys), keys, strict=True):
        found[skeleton].append(key)
    return found


@cache
def _first_names_by_skeleton() -> dict[str, list[str]]:
    return _by_skeleton(lexicon.first_name_table())


@cache
def _surnames_by_skeleton() -> dict[str, list[str]]:
    return _by_skeleton(lexicon.surname_table(), lexicon.ambiguous_table())


def first_names_of_skeleton(skeleton: str) -> tuple[lexicon.FirstName, ...]:
    """Return the first names that sound alike in Latin letters (`transliteration.latin_skeleton`)."""
    return tuple(name for key in _first_names_by_skeleton().get(skeleton, ()) for name in lexicon.first_names(key))


def surnames_of_skeleton(skeleton: str) -> tuple[lexicon.Surname, ...]:
    """Return the surnames, men's and women's, that sound alike in Latin letters."""
    keys = list(_surnames_by_skeleton().get(skeleton, ()))
    for hers, his in _WOMENS_SKELETONS:
        if skeleton.endswith(hers):
            for key in _surnames_by_skeleton().get(skeleton[: -len(hers)] + his, ()):
                men = (*lexicon.written_surnames(key), *lexicon.ambiguous_surnames(key))
                keys += [
                    fold(form) for entry in men if entry.gender == "m" for form in lexicon.womens_forms(entry.form)
                ]
    if skeleton.endswith("u"):
        genitives = map(lexicon.genitive_surname, first_names_of_skeleton(skeleton[:-1] + "os"))
        keys += [fold(form) for form in genitives if form]
    same = dict.fromkeys(key for key in keys if latin_skeleton(key) == skeleton)
    return tuple(entry for key in same for entry in lexicon.surnames(key))


def stems_of_skeleton(skeleton: str) -> frozenset[str]:
    """Return the Greek stems (plain small letters) that surnames in -όπουλος, -άκης, -ίδης … are built on."""
    forms: list[str] = []
    for tail in _STEM_SKELETONS:
        forms += [name.form for name in first_names_of_skeleton(skeleton + tail)]
        for key in _surnames_by_skeleton().get(skeleton + tail, ()):
            forms += [entry.form for entry in (*lexicon.written_surnames(key), *lexicon.ambiguous_surnames(key))]
    stems = {_stem(form) for form in forms}
    return frozenset(stem for stem in stems if len(stem) >= 3 and latin_skeleton(stem) == skeleton)


def _stem(form: str) -> str:
    plain = without_accent(form.lower())
    for tail in _STEM_TAILS:
        if plain.endswith(tail) and syllable_count(plain) > 1:
            return plain[: -len(tail)]
    return plain
