"""What differs between two texts: words and phrases a reader sees, nothing lost, bounded for any text."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.writing import differences as module
from campaigns.writing.differences import MOST_TOKENS, differences


def marked(old: str, new: str) -> str:
    """Both sides in one line: {-gone-} and {+new+}."""
    signs = {"same": "{}", "gone": "{{-{}-}}", "new": "{{+{}+}}"}
    rows = differences(old, new)
    sides = (
        "".join(signs[piece.kind].format(piece.text) for piece in side) for row in rows for side in (row.old, row.new)
    )
    return " | ".join(sides)


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("με υγεία", "με υγεία", "με υγεία | με υγεία"),
        ("με υγεία.", "με χαρά.", "με {-υγεία-}. | με {+χαρά+}."),
        ("καλά Χριστούγεννα", "καλές γιορτές", "{-καλά Χριστούγεννα-} | {+καλές γιορτές+}"),
        ("σ’ εμένα", "σ’ εσένα", "σ’ {-εμένα-} | σ’ {+εσένα+}"),
        ("{{ όνομα }}, γεια", "{{ επώνυμο }}, γεια", "{-{{ όνομα }}-}, γεια | {+{{ επώνυμο }}+}, γεια"),
        (
            "Τον καφέ σας τον έχουμε πάντα.",
            "Καλή αντάμωση, πάντα.",
            "{-Τον καφέ σας τον έχουμε πάντα.-} | {+Καλή αντάμωση, πάντα.+}",
        ),
        ("[[Γεια.]]", "Γεια.", "{-[[-}Γεια.{-]]-} | Γεια."),
        ("Γεια.", "[[Γεια.]]", "Γεια. | {+[[+}Γεια.{+]]+}"),
        ("", "Γεια", "{--} | {+Γεια+}"),
        ("α\n\nβ", "α\nγ\nβ", "α | α | {--} | {+γ+} | β | β"),
        ("α\nβ", "α\nγ\nβ", "α | α |  | {+γ+} | β | β"),
        ("α\nγ\nβ", "α\nβ", "α | α | {-γ-} |  | β | β"),
    ],
)
def test_words_that_differ_are_set_apart(old, new, seen):
    assert marked(old, new) == seen


texts = st.text(alphabet="αβγ {}[]\n.,’", max_size=60)


@given(texts, texts)
def test_both_texts_stand_whole_in_their_columns(old, new):
    rows = differences(old, new)

    assert "\n".join("".join(piece.text for piece in row.old) for row in rows if row.old) == old
    assert "\n".join("".join(piece.text for piece in row.new) for row in rows if row.new) == new
    assert all(piece.kind in ("same", "gone") for row in rows for piece in row.old)
    assert all(piece.kind in ("same", "new") for row in rows for piece in row.new)


@given(texts, texts)
def test_what_is_called_the_same_is_the_same_on_both_sides(old, new):
    for row in differences(old, new):
        same = [["".join(p.text for p in side if p.kind == "same")] for side in (row.old, row.new) if side]
        assert len(same) < 2 or same[0] == same[1]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda word: f"{word} " * 8_000, id="one long line"),
        pytest.param(lambda word: f"{word}\n" * 8_000, id="thousands of lines"),
        pytest.param(lambda word: "\n".join(f"{word} " * 390 + f"\n{n}" for n in range(25)), id="long paragraphs"),
    ],
)
def test_a_text_of_any_shape_is_compared_in_pieces_of_bounded_size(monkeypatch, write):
    sizes = []

    class Counting(difflib.SequenceMatcher):
        def __init__(self, junk, old, new) -> None:
            sizes.append(max(len(old), len(new)))
            super().__init__(junk, old, new)

    monkeypatch.setattr(module, "SequenceMatcher", Counting)

    rows = differences(write("α β"), write("β γ"))

    assert max(sizes, default=0) <= MOST_TOKENS
    assert len(rows) <= 2 * MOST_TOKENS + 2
