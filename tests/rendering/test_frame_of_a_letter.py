from html.parser import HTMLParser

import pytest

from campaigns.rendering import UNSUBSCRIBE_MARK, Frame, RenderedGreeting, assemble, build_frame

LINK = "https://shop.example/u?t=a&k=b"


def _frame(house: str = "Καφεκοπτείο της Πλατείας", design: str = "card") -> Frame:
    return build_frame(
        house=house,
        design=design,
        postal_address="Πλατεία Ναυαρίνου 4\n546 22 Θεσσαλονίκη",
        why="Σου γράφουμε επειδή είσαι πελάτης μας.",
        unsubscribe_label="Να μη μου γράφετε",
        language="el",
    )


def _letter(design: str = "card", **other: str):
    rendered = RenderedGreeting("Καλά Χριστούγεννα", "Αγαπητέ Σταμάτη,", "<p>Αγαπητέ Σταμάτη,</p>")
    return assemble(_frame(design=design), rendered=rendered, **{"unsubscribe_url": LINK, **other})


in_both_designs = pytest.mark.parametrize("design", ["card", "plain"])


@in_both_designs
def test_both_parts_say_why_who_and_how_to_leave(design: str) -> None:
    letter = _letter(design)

    for part in (letter.text, letter.html):
        assert "Αγαπητέ Σταμάτη," in part
        assert "Σου γράφουμε επειδή είσαι πελάτης μας." in part
        assert "Να μη μου γράφετε" in part
        assert "Καφεκοπτείο της Πλατείας, Πλατεία Ναυαρίνου 4, 546 22 Θεσσαλονίκη" in part
        assert UNSUBSCRIBE_MARK not in part
    assert f"Να μη μου γράφετε: {LINK}" in letter.text
    assert 'href="https://shop.example/u?t=a&amp;k=b"' in letter.html


def test_the_words_of_the_house_are_escaped() -> None:
    frame = _frame(house='<b>Καφέ</b> & "Υιοί"')

    assert "<b>" not in frame.html_head + frame.html_foot
    assert "&lt;b&gt;Καφέ&lt;/b&gt; &amp;" in frame.html_head
    assert '<b>Καφέ</b> & "Υιοί"' in frame.text_foot


def test_a_signature_is_added_to_both_parts_and_escaped() -> None:
    letter = _letter(signature="Άννα <3\nΚαφεκοπτείο")

    assert '<p class="sign">Άννα &lt;3<br>\nΚαφεκοπτείο</p></td>' in letter.html
    assert "Αγαπητέ Σταμάτη,\n\nΆννα <3\nΚαφεκοπτείο\n\n-- \n" in letter.text


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "/u/abc", "https:///u", "https://a.example/\r\nX: y"])
def test_a_letter_without_a_whole_link_to_leave_is_not_made(link: str) -> None:
    with pytest.raises(ValueError, match="unsubscribe"):
        _letter(unsubscribe_url=link)


@in_both_designs
def test_the_sheet_carries_its_styles_and_fetches_nothing(design: str) -> None:
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, dict(attrs)))

    html = _letter(design).html
    Reader().feed(html)

    tags = [tag for tag, _ in seen]
    assert not {"img", "link", "script", "iframe"} & set(tags)
    assert all("src" not in attrs for _, attrs in seen) and "url(" not in html and "@import" not in html
    cells = [attrs for tag, attrs in seen if tag == "td" and attrs.get("class") in ("house", "letter", "foot")]
    assert len(cells) == (3 if design == "card" else 2) and all("font" in (attrs["style"] or "") for attrs in cells)
    assert "prefers-color-scheme: dark" in html and "max-width: 600px" in html
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in seen
    assert ("html", {"lang": "el"}) in seen
    assert len(html.encode()) < 6_000


def test_a_plain_letter_has_no_card_and_no_ground_but_in_the_dark() -> None:
    card, plain = _frame(), _frame(design="plain")

    assert "Καφεκοπτείο της Πλατείας</td>" in card.html_head and "background" in card.html_head
    assert "<td" in plain.html_head and "Καφεκοπτείο της Πλατείας</td>" not in plain.html_head
    light, dark = plain.html_head.split("@media (prefers-color-scheme: dark)")
    assert "background" not in light + plain.html_foot and "background" in dark
    assert plain.text_foot == card.text_foot


def test_a_design_that_nobody_drew_is_an_error() -> None:
    with pytest.raises(KeyError):
        _frame(design="glitter")
