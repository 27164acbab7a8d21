import html
import re

import pytest
from django.utils.safestring import mark_safe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from campaigns.rendering import compile_greeting
from tests.rendering.greetings import NAMES, STAMATIS, write

# A busy machine is no failure, and the tests leave no files behind.
calmly = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
GREETING = compile_greeting(
    subject="<{{ όνομα }}>",
    body="**Α** ‹{{ όνομα }}› [[ και ‹{{ customer.first_name }}› ]]\n\n- Β",
    names=NAMES,
)


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien", "<i>Ρίτα</i>", "{{ 1 + 1 }}", "{% for x in range(9) %}",
        "[[ α ]]", "**έντονα**", "_πλάγια_", "# τίτλος",
        "[σύνδεσμος](https://evil.example)",
        "<script>alert(1)</script>", '" onmouseover="x', "&amp;", "\\*", "🎄👩‍👩‍👧", "Ἀθηνᾶ",
        "https://evil.example/?a=1&b=2", "%s %(a)s {0}", "\U000f0000\U000f0001",
    ],
)  # fmt: skip
def test_a_value_is_only_text_whatever_it_looks_like(name: str) -> None:
    letter = GREETING.render({"first_name": name})

    assert letter.subject == f"<{name}>"
    assert letter.text == f"Α ‹{name}› και ‹{name}›\n\n- Β"
    assert letter.html == (
        f"<p><strong>Α</strong> ‹{_escaped(name)}› και ‹{_escaped(name)}›</p>\n<ul>\n<li>Β</li>\n</ul>"
    )


@calmly
@given(st.text(min_size=1).filter(lambda text: not text.isspace()))
def test_any_value_comes_out_exactly_once_and_escaped(name: str) -> None:
    greeting = compile_greeting(subject="α", body="Ω‹{{ όνομα }}›Ω", names=NAMES)
    kept = "".join(_kept(character) for character in name.replace("\r\n", "\n").replace("\r", "\n"))
    if not kept.strip():
        return

    letter = greeting.render({"first_name": name})

    assert letter.text == f"Ω‹{kept}›Ω"
    inside = re.fullmatch(r"<p>Ω‹(.*)›Ω</p>", letter.html, re.DOTALL)
    assert inside is not None
    assert "<" not in inside.group(1).replace("<br>\n", "")
    assert html.unescape(inside.group(1).replace("<br>\n", "\n")) == html.unescape(_escaped(kept))


@calmly
@given(st.text())
def test_a_subject_is_one_line_whatever_the_values_are(name: str) -> None:
    letter = compile_greeting(subject="Α{{ όνομα|default('x') }}", body="α", names=NAMES).render({"first_name": name})

    assert len(letter.subject.splitlines()) == 1
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in letter.subject)
    assert letter.subject.encode()


@pytest.mark.parametrize("kind", [mark_safe, Markup])
def test_a_value_that_calls_itself_safe_is_escaped_all_the_same(kind: type) -> None:
    letter = write("{{ city }} {{ city|upper }} {{ city ~ city }}", city=kind("<b>Πάτρα</b>"))

    assert "<b>" not in letter.html and "<B>" not in letter.html
    assert letter.text.startswith("<b>Πάτρα</b>")


def test_a_constant_in_the_source_is_escaped_like_a_value() -> None:
    assert write("{{ '<b>α</b>' }}{{ '\\x00\\x02' }}β").html == "<p>&lt;b&gt;α&lt;/b&gt;β</p>"


def test_a_value_of_several_lines_keeps_them() -> None:
    letter = write("{{ υπογραφή }}", signature="Άννα <3\r\nΚαφεκοπτείο")

    assert letter.text == "Άννα <3\nΚαφεκοπτείο"
    assert letter.html == "<p>Άννα &lt;3<br>\nΚαφεκοπτείο</p>"


def test_a_line_break_in_a_value_becomes_a_blank_in_the_subject() -> None:
    letter = write("α", subject="Γεια {{ όνομα }}", first_name="Σταμάτη\r\nBcc: x@evil.example")

    assert letter.subject == "Γεια Σταμάτη Bcc: x@evil.example"


def test_what_looks_left_over_is_pointed_out() -> None:
    found = {
        problem.facts["text"] for problem in write("{{ city }} {{ όνομα }}", city="{{ x", first_name="None").warnings
    }

    assert found == {"{{", "None"}
    assert write("{{ city }}").warnings == ()


def test_names_are_not_told_apart_by_how_their_letters_are_composed() -> None:
    decomposed = "{{ ο\u0301νομα }}"

    assert compile_greeting(subject="α", body=decomposed, names=NAMES).render(STAMATIS).text == "Σταμάτη"


def _escaped(text: str) -> str:
    return html.escape(text, quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def _kept(character: str) -> str:
    if character in "\t\x0b\x0c\x85\u2028\u2029":
        return " "
    number = ord(character)
    if (number < 32 and character != "\n") or 127 <= number < 160 or 0xD800 <= number < 0xE000:
        return ""
    return "" if character in "\ufffe\uffff" else character
