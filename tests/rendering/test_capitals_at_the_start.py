"""Facts come as they stand in the middle of a sentence; where one begins a sentence, the letter gives the capital."""

import pytest

from campaigns.rendering import compile_greeting
from campaigns.rendering.capitals import begins_sentence, first_small_letter, raised
from tests.rendering.greetings import write

YEARS = "επτά χρόνια"
ENGLISH = {"salutation": "Dear Mary,", "since": "seven years", "first_name": "Mary"}


def told(body: str, **facts: object) -> str:
    return write(body, **{"since": YEARS, **facts}).text


@pytest.mark.parametrize(
    "before",
    [
        "", "Α.\n\n", "Α\n\n", "Α:\n\n", "Α\n", "- ", "1. ", "> ", "# ", "Α. ", "Α! ", "Α; ", "Α\u037e ", "Α? ", "Α… ",
        "«Α.» ", "«Α». ", "(Α.) ", "Α. – ", "Α. (", "Α. «", "«", "“", "**Α.** ", "**Α.** **", "*", "🎄 ", "Α! 🎄 ",
        "Α.\u00a0", "Το 2019. ", "Α κ.λπ. ", "Α.  ", "---\n\n", "[α](https://a.example)\n\n",
        "{% if years %}Α.{% endif %} ", "{# α #}", "{% set x = 1 %}", "{{ 'Α.' }} ", "{{ υπογραφή }}\n\n",
    ],
)  # fmt: skip
def test_a_fact_that_begins_a_sentence_gets_a_capital(before: str) -> None:
    text = told(f"{before}{{{{ τόσο_καιρό }}}} τώρα{'**' * (before[-2:] == '**')}{'*' * (before == '*')}")

    assert "Επτά χρόνια τώρα" in text


@pytest.mark.parametrize(
    "before",
    [
        "Α ", "Α, ", "Α: ", "Α· ", "Α – ", "Α «", "Α (", "Α", "Α.", "www.", "π.χ. ", "Ο κ. ", "δηλ. ", "Α «Β» ", "Α **",
        "Α {{ όνομα }} ", "Α [[ {{ όνομα }} ]] ", "Αγαπητέ Σταμάτη,\n\n", "Αγαπητέ Σταμάτη,\n", "**Α,**\n\n",
        "{{ προσφώνηση }}\n\n", "{{ προσφώνηση }}\n\n[[ ", "{% if years > 9 %}Α.{% else %}Α,{% endif %} ",
        "Α {% for x in things %}{{ x }}. {% endfor %} και ", "Α [α](https://a.example) ", "- α,\n- ",
    ],
)  # fmt: skip
def test_a_fact_in_the_middle_of_a_sentence_keeps_its_small_letter(before: str) -> None:
    end = " ]]" if before.endswith("[[ ") else "**" if before.endswith(" **") else ""

    assert "επτά χρόνια τώρα" in told(f"{before}{{{{ τόσο_καιρό }}}} τώρα{end}")


@pytest.mark.parametrize(
    ("body", "everything", "without_name"),
    [
        ("Α. [[ {{ όνομα }} είναι εδώ. ]] {{ τόσο_καιρό }}", "Α. Σταμάτη είναι εδώ. Επτά χρόνια", "Α. Επτά χρόνια"),
        ("Α, [[ {{ όνομα }}. ]] {{ τόσο_καιρό }}", "Α, Σταμάτη. Επτά χρόνια", "Α, επτά χρόνια"),
        ("Α. [[ {{ όνομα }}, ]] {{ τόσο_καιρό }}", "Α. Σταμάτη, επτά χρόνια", "Α. Επτά χρόνια"),
        ("[[ {{ όνομα }}, ]] {{ τόσο_καιρό }}", "Σταμάτη, επτά χρόνια", "Επτά χρόνια"),
        ("Α,\n\n[[ {{ όνομα }}. ]] [[ {{ τόσο_καιρό }}. ]]", "Α,\n\nΣταμάτη. Επτά χρόνια.", "Α,\n\nεπτά χρόνια."),
        ("Α.\n\n[[ {{ όνομα }}, ]]\n\n{{ τόσο_καιρό }}", "Α.\n\nΣταμάτη,\n\nεπτά χρόνια", "Α.\n\nΕπτά χρόνια"),
        ("- α\n- [[ {{ όνομα }} ]]\n- {{ τόσο_καιρό }}", "- α\n- Σταμάτη\n- Επτά χρόνια", "- α\n- Επτά χρόνια"),
        ("[[ Α, {{ όνομα }}. ]] [[ {{ τόσο_καιρό }}. ]]", "Α, Σταμάτη. Επτά χρόνια.", "Επτά χρόνια."),
    ],
)  # fmt: skip
def test_a_sentence_left_out_before_decides_for_each_reader(body: str, everything: str, without_name: str) -> None:
    assert told(body) == everything
    assert told(body, first_name="") == without_name


def test_what_the_value_before_ends_in_decides_for_each_reader() -> None:
    body = "Α [[ {{ λόγια }} ]] {{ τόσο_καιρό }}."

    assert told(body, line="χαρήκαμε πολύ.") == "Α χαρήκαμε πολύ. Επτά χρόνια."
    assert told(body, line="κι εμείς") == "Α κι εμείς επτά χρόνια."
    assert told(body, line="") == "Α επτά χρόνια."


def test_text_and_html_agree_wherever_it_is_decided_late() -> None:
    body = "{{ προσφώνηση }}\n\n[[ **{{ since }}** τώρα. ]] [[ {{ since }} & «{{ since }}». ]]\n\n- {{ since }}"

    letter = write(body, since="«άνοιξη» & 'φως'")

    first, second, third = (
        "«άνοιξη» &amp; &#39;φως&#39;",
        "«Άνοιξη» &amp; &#39;φως&#39;",
        "«άνοιξη» &amp; &#39;φως&#39;",
    )
    assert letter.html == (
        f"<p>Αγαπητέ Σταμάτη,</p>\n<p><strong>{first}</strong> τώρα. {second} &amp; «{third}».</p>"
        f"\n<ul>\n<li>{second}</li>\n</ul>"
    )
    assert letter.text == (
        "Αγαπητέ Σταμάτη,\n\n«άνοιξη» & 'φως' τώρα. «Άνοιξη» & 'φως' & ««άνοιξη» & 'φως'».\n\n- «Άνοιξη» & 'φως'"
    )


def test_an_english_letter_begins_with_a_capital_after_its_opening_and_not_after_a_semicolon() -> None:
    body = "{{ salutation }}\n\n{{ since }} now; {{ since }}. {{ since }}: {{ since }}"

    text = write(body, **ENGLISH).text

    assert text == "Dear Mary,\n\nSeven years now; seven years. Seven years: seven years"


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("{{ τόσο_καιρό }} μαζί", "Επτά χρόνια μαζί"),
        ("{{ όνομα }}, {{ τόσο_καιρό }} μαζί", "Σταμάτη, επτά χρόνια μαζί"),
        ("[[ {{ λόγια }}, ]] {{ τόσο_καιρό }} μαζί", "Επτά χρόνια μαζί"),
        ("Καλή χρονιά. {{ τόσο_καιρό }} μαζί", "Καλή χρονιά. Επτά χρόνια μαζί"),
        ("{{ όνομα }} {{ τόσο_καιρό }}", "Σταμάτη επτά χρόνια"),
    ],
)
def test_a_subject_follows_the_same_rule(subject: str, written: str) -> None:
    assert write("α", subject=subject, since=YEARS, line="").subject == written


@pytest.mark.parametrize(
    ("piece", "written"),
    [
        ("{{ τόσο_καιρό|lower }}", "επτά χρόνια"),
        ("{{ τόσο_καιρό|upper }}", "ΕΠΤΑ ΧΡΟΝΙΑ"),
        ("{{ 'άλλο' }}", "άλλο"),
        ("{{ 'άλλο' if years else τόσο_καιρό|lower }}", "άλλο"),
        ("{{ τόσο_καιρό|default('τίποτα') }}", "Επτά χρόνια"),
        ("{{ λόγια or 'το κατάστημα' }}", "Το κατάστημα"),
        ("{{ τόσο_καιρό ~ ' τώρα' }}", "Επτά χρόνια τώρα"),
        ("{% set x = τόσο_καιρό %}{{ x }}", "Επτά χρόνια"),
        ("{% set x = 'άλλο' %}{{ x }}", "άλλο"),
        ("{{ 'άντρας'|agree('έτοιμος', 'έτοιμη', 'έτοιμοι') }}", "έτοιμος"),
        ("{{ years|με_λόγια }}", "Επτά"),
        ("{{ years }} χρόνια", "7 χρόνια"),
    ],
)  # fmt: skip
def test_letters_that_the_author_chose_are_left_alone(piece: str, written: str) -> None:
    assert told(piece, line="") == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ο εσπρέσο", "Ο εσπρέσο"), ("ένας χρόνος", "Ένας χρόνος"), ("όταν ήρθες", "Όταν ήρθες"),
        ("ήλιος", "Ήλιος"), ("ύφασμα", "Ύφασμα"), ("ώρα", "Ώρα"), ("ϊ", "Ϊ"), ("ΐ", "Ϊ"), ("ἀθηνᾶ", "Ἀθηνᾶ"),
        ("élan", "Élan"), ("ßeta", "Sseta"), ("van Dyck", "Van Dyck"), ("Πάτρα", "Πάτρα"), ("ΕΡΤ", "ΕΡΤ"),
        ("iPhone", "iPhone"), ("7 χρόνια", "7 χρόνια"), ("’κεί", "’κεί"), ("https://a.example", "https://a.example"),
        ("www.a.example", "www.a.example"), ("«το φως»", "«Το φως»"), ("🎄 χαρά", "🎄 χαρά"), ("&amp;", "&amp;"),
    ],
)  # fmt: skip
def test_only_the_first_letter_is_raised_and_keeps_its_accent(value: str, written: str) -> None:
    assert told("{{ τόσο_καιρό }}", since=value) == written


def test_a_letter_may_be_raised_anew_at_each_turn_of_a_loop() -> None:
    assert told(
        "{% for x in things %}{{ τόσο_καιρό }} {{ x }}{{ ', ' if loop.first else '. ' }}{% endfor %}{{ τόσο_καιρό }}"
    ) == ("Επτά χρόνια εσπρέσο, επτά χρόνια κουλουράκια. Επτά χρόνια")


def test_a_long_gap_is_looked_back_over() -> None:
    gap = " 🎄" * 250

    assert begins_sentence(f"Α.{gap}", 502, greek=True) is True
    assert begins_sentence(f"Α,{gap}", 502, greek=True) is False
    assert begins_sentence(gap, 500, greek=True) is True


def test_the_same_greeting_serves_both_kinds_of_reader() -> None:
    greeting = compile_greeting(subject="α", body="{{ a }}\n\n{{ b }}", names={"a": "a", "b": "b"})

    assert greeting.render({"a": "Αγαπητή Μαρία,", "b": YEARS}).text == "Αγαπητή Μαρία,\n\nεπτά χρόνια"
    assert greeting.render({"a": "Γεια σου Μαρία.", "b": YEARS}).text == "Γεια σου Μαρία.\n\nΕπτά χρόνια"


def test_a_word_without_a_small_letter_has_nothing_to_raise() -> None:
    assert [first_small_letter(words) for words in ("", "«", "7", "Α", "«α", "α")] == [-1, -1, -1, -1, 1, 0]
    assert raised("«άλφα", 1) == "«Άλφα"


def test_names_keep_the_letters_that_their_owners_gave_them() -> None:
    text = told(
        "{{ πόλη }}\n\n{{ όνομα|default('σας') }}\n\n{{ υπογραφή }}",
        city="ville",
        first_name="bell hooks",
        signature="e-coffee",
    )

    assert text == "ville\n\nbell hooks\n\ne-coffee"
