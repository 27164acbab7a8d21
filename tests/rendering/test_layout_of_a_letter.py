import re

import pytest

from campaigns.rendering import check_greeting
from tests.rendering.greetings import NAMES, codes, write


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("Α\nΒ", "<p>Α<br>\nΒ</p>", "Α\nΒ"),
        ("Α\n\n\n\nΒ", "<p>Α</p>\n<p>Β</p>", "Α\n\nΒ"),
        ("**Α** *Β*", "<p><strong>Α</strong> <em>Β</em></p>", "Α Β"),
        ("**{{ πόλη }}**", "<p><strong>Πάτρα</strong></p>", "Πάτρα"),
        ("1. α\n2. β", "<ol>\n<li>α</li>\n<li>β</li>\n</ol>", "1. α\n2. β"),
        ("> α", "<blockquote>\n<p>α</p>\n</blockquote>", "α"),
        ("    όχι κώδικας", "<p>όχι κώδικας</p>", "όχι κώδικας"),
        ("`όχι κώδικας`", "<p>`όχι κώδικας`</p>", "`όχι κώδικας`"),
        ("Με εκτίμηση\n---", "<p>Με εκτίμηση</p>\n<hr>", "Με εκτίμηση\n\n* * *"),
        (
            "[η σελίδα μας](https://shop.example/α?b=1&c=2)",
            '<p><a href="https://shop.example/%CE%B1?b=1&amp;c=2">η σελίδα μας</a></p>',
            "η σελίδα μας (https://shop.example/%CE%B1?b=1&c=2)",
        ),
        ("<https://a.example>", '<p><a href="https://a.example">https://a.example</a></p>', "https://a.example"),
        ("[{{ πόλη }}](mailto:a@b.gr)", '<p><a href="mailto:a@b.gr">Πάτρα</a></p>', "Πάτρα (mailto:a@b.gr)"),
    ],
)  # fmt: skip
def test_light_text_becomes_html_and_plain_text(source: str, html: str, text: str) -> None:
    letter = write(source)

    assert (letter.html, letter.text) == (html, text)


@pytest.mark.parametrize(
    "source",
    [
        "<script>fetch('//evil.example')</script>",
        "<img src=x onerror=alert(1)>",
        "[α](javascript:alert(1))",
        "<a href='javascript:alert(1)'>α</a>",
        "<svg onload=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "<style>p { color: red }</style>",
        "<p style='position:fixed' onclick='x'>α</p>",
        "<form action='https://evil.example'><input></form>",
        "<a href='data:text/html,x'>α</a>",
        "<math><mtext><script>x</script></mtext></math>",
        "&#60;script&#62;x",
        "<!-- {% raw %}{{{% endraw %} -->",
    ],
)
def test_hostile_markup_is_read_as_the_words_it_is(source: str) -> None:
    letter = write(f"Α {source} {{{{ πόλη }}}}")

    assert set(re.findall(r"<[^>]*>", letter.html)) <= {"<p>", "</p>"}
    assert "Πάτρα" in letter.html and letter.text.startswith("Α ")


@pytest.mark.parametrize(
    ("source", "line", "column", "address"),
    [
        ("α\n\nβ [η σελίδα μας](shop.example) γ", 3, 18, "shop.example"),
        ("[η σελίδα μας](http://shop.example/α)", 1, 16, "http://shop.example/α"),
        ("<http://shop.example>", 1, 2, "http://shop.example"),
        ("[τηλέφωνο](tel:+302310000000)", 1, 12, "tel:+302310000000"),
        ("{% if city -%}\n\n[α](/stop){% endif %}", 3, 5, "/stop"),
        ("[α](//evil.example)", 1, 5, "//evil.example"),
        ("[α](https://)", 1, 5, "https://"),
        ("[α](mailto:)", 1, 5, "mailto:"),
        ("[α]()", 1, 5, ""),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_with_its_place(source: str, line: int, column: int, address: str) -> None:
    found = check_greeting(subject="α", body=source, names=NAMES)

    assert [(one.code, one.line, one.column, one.facts) for one in found] == [
        ("link_address", line, column, {"address": address})
    ]


def test_a_picture_from_afar_is_only_a_link() -> None:
    assert "<img" not in write("![α](https://evil.example/a.png)").html


def test_a_piece_between_tags_is_words_too() -> None:
    letter = write("<a href='{{ πόλη }}'>α</a><!-- {{ όνομα }} -->", city="' onclick='x")

    assert letter.html == ("<p>&lt;a href='&#39; onclick=&#39;x'&gt;α&lt;/a&gt;&lt;!-- Σταμάτη --&gt;</p>")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("[α](https://shop.example/{{ πόλη }})", "placeholder_in_link"),
        ("[α]({{ πόλη }})", "placeholder_in_link"),
        ("[α](<{{ πόλη }}>)", "placeholder_in_link"),
        ("<https://a.example/{{ πόλη }}>", "placeholder_in_link"),
        ('[α](https://a.example "{{ πόλη }}")', "placeholder_hidden"),
        ("**α {% if city %}β** γ{% endif %}", "markup_across_block"),
        ("- α {% if city %}\n- β\n\nγ{% endif %}", "markup_across_block"),
    ],
)
def test_a_piece_in_a_place_where_it_cannot_stand_is_refused(source: str, code: str) -> None:
    assert codes(source) == [code]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Α\n\n{% if city %}\nΒ\n\nΓ\n{% endif %}\n\nΔ", "Α\n\nΒ\n\nΓ\n\nΔ"),
        ("Α\n{% if city %}\nΒ\n{% endif %}\nΓ", "Α\nΒ\nΓ"),
        ("{% if years > 9 %}\n\nΑ\n\n{% else %}\n\nΒ\n\n{% endif %}", "Β"),
        ("{% if years > 9 %}\n- α\n- β\n{% else %}\n- γ\n- δ\n{% endif %}", "- γ\n- δ"),
        ("{% for x in things %}\n- {{ x }}\n{% endfor %}", "- εσπρέσο\n\n- κουλουράκια"),
        ("{% set x = 'ένα' %}\nΑ {{ x }}", "Α ένα"),
        ("{# σχόλιο #}\nΑ\n{# κι άλλο #}\nΒ", "Α\nΒ"),
        (
            "{% for x in things %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "εσπρέσο, κουλουράκια",
        ),
    ],
)
def test_tags_on_lines_of_their_own_leave_no_lines_behind(source: str, text: str) -> None:
    assert write(source).text == text


def test_a_condition_that_is_false_leaves_no_empty_paragraph() -> None:
    letter = write("Α\n\n{% if years > 9 %}Β{% endif %}\n\nΓ")

    assert (letter.text, "".join(letter.html.split())) == ("Α\n\nΓ", "<p>Α</p><p>Γ</p>")


@pytest.mark.parametrize(
    "subject", ["Α\nBcc: x@evil.example", "Α\r\nBcc: x@evil.example", "Α\u2028Β", "Α\x85Β", "Α\x0bΒ"]
)
def test_a_subject_of_two_lines_is_refused(subject: str) -> None:
    assert codes("α", subject=subject) == ["subject_line_break"]


@pytest.mark.parametrize(("subject", "body", "code"), [("", "α", "empty_subject"), ("α", " \n ", "empty_body")])
def test_an_empty_source_is_refused(subject: str, body: str, code: str) -> None:
    assert codes(body, subject=subject) == [code]


def test_a_long_subject_is_pointed_out_with_its_length() -> None:
    (warning,) = write("α", subject="α" * 50 + "{{ όνομα }}", first_name="β" * 20).warnings

    assert (warning.code, warning.facts, warning.severity) == (
        "subject_long",
        {"length": 70, "limit": 60},
        "warning",
    )


def test_markdown_means_nothing_in_a_subject() -> None:
    assert write("α", subject="**Α** <b> & {20%}").subject == "**Α** <b> & {20%}"


def test_a_sound_greeting_has_no_problems() -> None:
    assert check_greeting(subject="Καλά Χριστούγεννα", body="{{ προσφώνηση }}\n\n[[ {{ πόλη }} ]]", names=NAMES) == ()


@pytest.mark.parametrize(
    "source",
    [
        "{% if city %}\nΑ\n{% endif %}\n\nΒ",
        "{% if line %}\nΓ\n{% else %}\nΑ\n{% endif %}\n\nΒ",
        "{% if city %}\n{% if years %}\nΑ\n{% endif %}\n{% endif %}\n\nΒ",
        "Α\n{% if line %}\nΓ\n{% endif %}\n\nΒ",
    ],
)
def test_an_empty_line_after_a_tag_alone_on_its_line_parts_two_paragraphs(source: str) -> None:
    letter = write(source, line="")

    assert letter.text == "Α\n\nΒ"
    assert letter.html.split() == ["<p>Α</p>", "<p>Β</p>"]


def test_the_lines_of_a_loop_stay_lines_before_the_next_paragraph() -> None:
    letter = write("{% for v in visits %}\n{{ v.day }}\n{% endfor %}\n\nΒ")

    assert letter.text == "Παρασκευή\nΣάββατο\n\nΒ"
    assert letter.html == "<p>Παρασκευή<br>\nΣάββατο</p>\n<p>Β</p>"


def test_a_list_in_an_item_begins_on_a_line_of_its_own_and_counts_for_itself() -> None:
    assert write("1. α\n   1. β\n   2. γ\n2. δ").text == "1. α\n1. β\n2. γ\n\n2. δ"
