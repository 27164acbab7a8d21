"""Words typed by hand in one letter: they stay plain words, what was not touched stays as it was, and the machine's
new words and the hand's live in one letter."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import MessageBody
from campaigns.rendering import RenderedGreeting
from campaigns.rendering.blocks import blocks_of
from campaigns.rendering.by_hand import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    HandWordsRefused,
    hand_words,
    words_by_hand,
)
from campaigns.rendering.reading import read_html
from campaigns.rendering.three_ways import merge
from tests.rendering.greetings import write
from tests.rendering.hostile import ESCAPES, MARKUP, MISPLACED, SUBJECTS_HARMLESS, VALUES

calmly = settings(deadline=None, database=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

BODY = """{{ προσφώνηση }}

σας ευχόμαστε **καλά Χριστούγεννα**, με υγεία. Τα νέα μας [εδώ](https://shop.example/nea).

## Το ωράριο

- Δευτέρα ως Παρασκευή
- Σάββατο πρωί

> Ο καφές ενώνει.

Με εκτίμηση,
{{ υπογραφή }}"""
LETTER = write(BODY)
ALLOWED = {"p", "br", "strong", "em", "b", "i", "u", "a", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr"}


def letter(*paragraphs: str, subject: str = "Ευχές") -> RenderedGreeting:
    return RenderedGreeting(subject, "\n\n".join(paragraphs), "\n".join(f"<p>{each}</p>" for each in paragraphs))


def refused(subject: str, text: str, base: RenderedGreeting = LETTER) -> list[tuple[str, str, int]]:
    with pytest.raises(HandWordsRefused) as caught:
        words_by_hand(base, subject, text)
    return [(each.code, each.where, each.line) for each in caught.value.problems]


# --- Blocks ---


def test_the_blocks_of_a_letter_are_its_text_and_its_html():
    blocks = blocks_of(LETTER)

    assert "\n\n".join(block.text for block in blocks) == LETTER.text
    assert "\n".join(block.html for block in blocks) == LETTER.html
    assert [block.html[:4] for block in blocks] == ["<p>Α", "<p>σ", "<h2>", "<ul>", "<blo", "<p>Μ"]


@calmly
@given(st.text(min_size=1).filter(lambda text: not text.isspace()), st.text())
def test_any_fact_leaves_the_blocks_saying_what_the_letter_says(name: str, line: str):
    written = write(
        "{{ όνομα }}\n\n> {{ όνομα }}\n\n- α {{ όνομα }}\n\n[[ {{ λόγια }} ]]\n\nτέλος", first_name=name, line=line
    )

    told = "".join("".join(block.text.split()) for block in blocks_of(written))

    assert told == "".join(written.text.split())


def test_a_fact_of_several_paragraphs_is_one_block():
    written = write("Α {{ λόγια }} Ω\n\nτέλος", line="πρώτα\n\n  μετά")

    assert [block.text for block in blocks_of(written)] == ["Α πρώτα\n\n  μετά Ω", "τέλος"]


# --- What stays and what is new ---


def test_nothing_typed_leaves_the_letter_as_it_is():
    assert words_by_hand(LETTER, LETTER.subject, LETTER.text) == LETTER


def test_a_field_of_a_page_changes_nothing_by_its_line_ends_and_blanks():
    through_a_page = "\r\n" + LETTER.text.replace("\n", "\r\n").replace("υγεία. ", "υγεία.\u00a0 ") + "  \r\n\r\n"

    assert words_by_hand(LETTER, f" {LETTER.subject} ", through_a_page) == LETTER


def test_only_the_changed_paragraph_loses_its_bold_and_its_link():
    changed = words_by_hand(LETTER, LETTER.subject, LETTER.text.replace("Άννα", "Άννα και Νίκος"))

    assert "<strong>καλά Χριστούγεννα</strong>" in changed.html
    assert '<a href="https://shop.example/nea">εδώ</a>' in changed.html
    assert changed.html.endswith("<p>Με εκτίμηση,<br>\nΆννα και Νίκος</p>")
    assert changed.text == LETTER.text.replace("Άννα", "Άννα και Νίκος")


def test_a_changed_heading_list_and_quotation_stay_what_they_are():
    typed = (
        LETTER.text.replace("Το ωράριο", "Ώρες & μέρες").replace("Σάββατο πρωί", "Σάββατο").replace("ενώνει", "<ξυπνά>")
    )

    changed = words_by_hand(LETTER, LETTER.subject, typed)

    assert "<h2>Ώρες &amp; μέρες</h2>" in changed.html
    assert "<ul>\n<li>Δευτέρα ως Παρασκευή</li>\n<li>Σάββατο</li>\n</ul>" in changed.html
    assert "<blockquote>\n<p>Ο καφές &lt;ξυπνά&gt;.</p>\n</blockquote>" in changed.html
    assert changed.text == typed


def test_a_numbered_list_goes_on_counting_from_where_it_did():
    base = write("3. καφές\n4. τσάι")

    changed = words_by_hand(base, base.subject, "3. καφές\n4. κακάο\n5. γάλα")

    assert changed.html == '<ol start="3">\n<li>καφές</li>\n<li>κακάο</li>\n<li>γάλα</li>\n</ol>'
    assert changed.text == "3. καφές\n4. κακάο\n5. γάλα"


def test_a_list_that_no_longer_counts_up_is_written_as_typed():
    base = write("1. καφές\n2. τσάι")

    changed = words_by_hand(base, base.subject, "1. καφές\n7. τσάι")

    assert (changed.html, changed.text) == ("<p>1. καφές<br>\n7. τσάι</p>", "1. καφές\n7. τσάι")


def test_paragraphs_come_and_go():
    base = letter("Αγαπητέ Σταμάτη,", "ένα", "δύο", "Άννα")

    changed = words_by_hand(base, "Ευχές", "Αγαπητέ Σταμάτη,\n\nμηδέν\n\n\n\nένα\n\nΆννα")

    assert changed == letter("Αγαπητέ Σταμάτη,", "μηδέν", "ένα", "Άννα")


def test_facts_and_warnings_go_along():
    base = write("{{ όνομα }} None")

    changed = words_by_hand(base, "Άλλο", "Σταμάτη μου None")

    assert (changed.subject, changed.facts_used, changed.warnings) == ("Άλλο", base.facts_used, base.warnings)


def test_edited_words_can_be_edited_again_without_losing_anything():
    once = words_by_hand(LETTER, "Ευχές", LETTER.text.replace("με υγεία", "με χαρά"))
    twice = words_by_hand(once, once.subject, once.text.replace("Άννα", "Νίκος"))

    assert twice.text == LETTER.text.replace("με υγεία", "με χαρά").replace("Άννα", "Νίκος")
    assert "<h2>Το ωράριο</h2>" in twice.html


# --- Addresses ---


@pytest.mark.parametrize(
    ("typed", "html", "text"),
    [
        ("δες https://a.example/?y&z.", 'δες <a href="https://a.example/?y&amp;z">https://a.example/?y&amp;z</a>.', ""),
        ("(https://a.example/x)", '(<a href="https://a.example/x">https://a.example/x</a>)', ""),
        ("https://a.example/x_(y)", '<a href="https://a.example/x_(y)">https://a.example/x_(y)</a>', ""),
        ("γράψτε στο anna@shop.example·", 'γράψτε στο <a href="mailto:anna@shop.example">anna@shop.example</a>·', ""),
        ("mailto:anna@shop.example", '<a href="mailto:anna@shop.example">anna@shop.example</a>', "anna@shop.example"),
        ("http://a.example", "http://a.example", ""),
        ("https://", "https://", ""),
        ("javascript:alert(1)//x@a.example", None, ""),
        ("data:text/html,https", "data:text/html,https", ""),
        ("tel:+302310000000 @anna", "tel:+302310000000 @anna", ""),
        ("[εδώ](https://a.example)", '[εδώ](<a href="https://a.example">https://a.example</a>)', ""),
        ('https://a.example/"onmouseover="x', '<a href="https://a.example/">https://a.example/</a>"onmouseover="x', ""),
    ],
)  # fmt: skip
def test_only_whole_web_and_mail_addresses_become_links(typed, html, text):
    changed = words_by_hand(letter("α"), "Ευχές", typed)

    assert changed.text == (text or typed)
    if html is not None:
        assert changed.html == f"<p>{html}</p>"
    for kind, _name, address in read_html(changed.html):
        assert kind != "start" or not address or address.startswith(("https://", "mailto:"))


# --- Nothing is run ---


@pytest.mark.parametrize("words", [each for each in (*ESCAPES, *MARKUP, *MISPLACED, *VALUES) if len(each) < 19_000])
def test_hostile_words_are_only_words(words: str):
    base = letter("Αγαπητέ Σταμάτη,", "α", "Άννα")
    try:
        changed = words_by_hand(base, "Ευχές", f"Αγαπητέ Σταμάτη,\n\n{words}\n\nΆννα")
    except HandWordsRefused as refusal:
        assert {each.code for each in refusal.problems} == {"gap_left"}
        return

    for kind, name, address in read_html(changed.html):
        if kind == "start":
            assert name in ALLOWED and (not address or address.startswith(("https://", "mailto:")))
    assert not re.search(r"<[^>]*\s(?:on\w+|style)=|<!--", changed.html)
    assert changed.html.startswith("<p>Αγαπητέ Σταμάτη,</p>") and changed.html.endswith("<p>Άννα</p>")
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff]", changed.text + changed.html)


@calmly
@given(st.text())
def test_any_words_are_read_as_they_were_typed(words: str):
    try:
        changed = words_by_hand(letter("α"), "Ευχές", f"Ω {words}")
    except HandWordsRefused:
        return

    told = "".join(part for kind, _name, part in read_html(changed.html) if kind == "text")
    assert "".join(told.split()) == "".join(changed.text.split())
    assert all(name in ALLOWED for kind, name, _address in read_html(changed.html) if kind == "start")


@pytest.mark.parametrize("subject", SUBJECTS_HARMLESS)
def test_a_hostile_subject_is_one_plain_line_or_refused(subject: str):
    try:
        changed = words_by_hand(LETTER, subject, LETTER.text)
    except HandWordsRefused:
        return

    assert len(changed.subject.splitlines()) == 1 and "\x00" not in changed.subject


# --- What is refused ---


@pytest.mark.parametrize("gap", ["{{ όνομα }}", "{% if x %}", "{# α #}", "[[ α", "]]", "%ΟΝΟΜΑ%", "%%first_name%%"])
def test_a_gap_left_in_is_refused_with_its_line(gap: str):
    assert refused("Ευχές", f"Αγαπητέ Σταμάτη,\n\nκαι {gap} του χρόνου\n{gap}") == [
        ("gap_left", "body", 3),
        ("gap_left", "body", 4),
    ]
    assert refused(f"Ευχές {gap}", "α") == [("gap_left", "subject", 1)]


def test_percent_signs_of_a_sentence_are_no_gap():
    assert words_by_hand(LETTER, "Έως 20% και 30%", "από 24 % σε 13%, 100%").text == "από 24 % σε 13%, 100%"


@pytest.mark.parametrize("subject", ["", "  ", "\x00", "\u2028"])
def test_a_letter_without_a_subject_is_refused(subject: str):
    assert refused(subject, "α") == [("subject_empty", "subject", 1)]


@pytest.mark.parametrize("text", ["", " \r\n \t", "\x00"])
def test_a_letter_without_words_is_refused(text: str):
    assert refused("Ευχές", text) == [("text_empty", "body", 1)]


def test_a_subject_is_one_line_of_at_most_what_its_column_holds():
    assert MessageBody._meta.get_field("subject").max_length == LONGEST_SUBJECT
    assert words_by_hand(LETTER, "α" * LONGEST_SUBJECT, "α").subject == "α" * LONGEST_SUBJECT
    assert refused("α" * (LONGEST_SUBJECT + 1), "α") == [("subject_too_long", "subject", 1)]
    assert refused("Ευχές\r\nBcc: x@evil.example", "α") == [("subject_line_break", "subject", 1)]


def test_twenty_thousand_characters_are_a_letter_and_one_more_is_none():
    assert len(words_by_hand(LETTER, "α", "α" * LONGEST_TEXT).text) == LONGEST_TEXT
    assert refused("α", "α" * (LONGEST_TEXT + 1)) == [("text_too_long", "body", 1)]


def test_all_that_is_wrong_is_said_at_once():
    assert refused("", "{{ α }}") == [("subject_empty", "subject", 1), ("gap_left", "body", 1)]


def test_ten_thousand_paragraphs_are_laid_out_in_a_bounded_number_of_steps(monkeypatch):
    base = letter(*["α"] * 4_000)

    changed = words_by_hand(base, "Ευχές", "α\n\n" * 3_000 + "β" + "\n\nα" * 3_000)

    assert changed.text.count("β") == 1 and changed.html.count("<p>") == 6_001


# --- Three ways ---

BASE = letter("Αγαπητέ Σταμάτη,", "καλά Χριστούγεννα.", "Ο εσπρέσο σας περιμένει.", "Άννα")
MINE = letter("Αγαπητέ Σταμάτη,", "καλές γιορτές σε όλους σας.", "Ο εσπρέσο σας περιμένει.", "Άννα")


def test_new_words_of_the_machine_come_in_around_those_of_the_hand():
    theirs = letter("Αγαπητέ κύριε Παπαδόπουλε,", "καλά Χριστούγεννα.", "Άννα", subject="Χρόνια πολλά")

    merged = merge(BASE, MINE, theirs)

    assert merged.rendered == letter(
        "Αγαπητέ κύριε Παπαδόπουλε,", "καλές γιορτές σε όλους σας.", "Άννα", subject="Χρόνια πολλά"
    )
    assert (merged.conflict, merged.base) == (False, theirs)


def test_where_both_changed_the_same_words_the_hands_stay_and_the_rest_is_new():
    theirs = letter("Αγαπητέ κύριε Παπαδόπουλε,", "καλή χρονιά.", "Ο εσπρέσο σας περιμένει.", "Άννα")
    # The opening stands beside the disputed words and is no part of the dispute.
    merged = merge(BASE, MINE, theirs)

    assert merged.conflict
    assert "καλές γιορτές σε όλους σας." in merged.rendered.text and "καλή χρονιά." not in merged.rendered.text


def test_a_dispute_is_found_again_and_settled_either_way():
    theirs = letter("Αγαπητέ Σταμάτη,", "καλή χρονιά.", "Ο καπουτσίνο σας περιμένει.", "Νίκος")
    first = merge(BASE, MINE, theirs)
    again = merge(first.base, first.rendered, theirs)
    settled = merge(first.base, first.rendered, theirs, prefer_theirs=True)

    assert (again.conflict, again.rendered.text) == (True, first.rendered.text)
    assert (settled.conflict, settled.rendered) == (False, theirs)


def test_taking_the_new_words_keeps_what_nobody_disputes():
    mine = letter("Αγαπητέ Σταμάτη,", "καλές γιορτές.", "Ο εσπρέσο σας περιμένει.", "Άννα", "Υ.Γ. Φέρτε και τη Μαρία.")
    theirs = letter("Αγαπητέ Σταμάτη,", "καλή χρονιά.", "Ο εσπρέσο σας περιμένει.", "Άννα")

    settled = merge(BASE, mine, theirs, prefer_theirs=True)

    assert settled.rendered.text.endswith("Υ.Γ. Φέρτε και τη Μαρία.") and "καλή χρονιά." in settled.rendered.text
    assert settled.base == theirs


def test_a_sentence_that_fell_out_beside_a_changed_one_is_no_dispute():
    theirs = letter("Αγαπητέ Σταμάτη,", "καλά Χριστούγεννα.", "Νέο πρόγραμμα.", "Ο εσπρέσο σας περιμένει.", "Άννα")

    merged = merge(BASE, MINE, theirs)

    assert not merged.conflict
    assert [block.text for block in blocks_of(merged.rendered)] == [
        "Αγαπητέ Σταμάτη,", "καλές γιορτές σε όλους σας.", "Νέο πρόγραμμα.", "Ο εσπρέσο σας περιμένει.", "Άννα",
    ]  # fmt: skip


def test_words_taken_out_by_hand_stay_out():
    without = letter("Αγαπητέ Σταμάτη,", "καλά Χριστούγεννα.", "Άννα")

    assert merge(BASE, without, BASE).rendered == without
    assert merge(BASE, without, letter("Γεια,", "καλά Χριστούγεννα.", "Ο εσπρέσο σας περιμένει.", "Άννα")).rendered == (
        letter("Γεια,", "καλά Χριστούγεννα.", "Άννα")
    )
    changed = merge(BASE, without, letter("Αγαπητέ Σταμάτη,", "καλά Χριστούγεννα.", "Το τσάι σας.", "Άννα"))
    assert changed.conflict and "τσάι" not in changed.rendered.text


def test_two_paragraphs_put_in_at_one_place_are_a_dispute_unless_they_are_the_same():
    mine = letter("Αγαπητέ Σταμάτη,", "ένα", *BASE.text.split("\n\n")[1:])
    theirs = letter("Αγαπητέ Σταμάτη,", "δύο", *BASE.text.split("\n\n")[1:])

    assert merge(BASE, mine, theirs).conflict
    assert merge(BASE, mine, mine) == merge(BASE, BASE, mine)
    assert not merge(BASE, mine, mine).conflict


def test_a_subject_changed_on_both_sides_is_a_dispute():
    mine, theirs = letter("α", subject="Δικό μου"), letter("α", subject="Νέο")
    base = letter("α", subject="Παλιό")

    merged = merge(base, mine, theirs)

    assert (merged.conflict, merged.rendered.subject, merged.base.subject) == (True, "Δικό μου", "Παλιό")
    assert merge(base, mine, theirs, prefer_theirs=True).rendered == theirs
    assert merge(base, theirs, theirs).conflict is False


paragraphs = st.lists(st.sampled_from(["α", "β", "γ", "δ", "ε"]), min_size=1, max_size=7)


@calmly
@given(paragraphs, paragraphs, paragraphs)
def test_whatever_the_three_say_the_merge_holds(first, second, third):
    base, mine, theirs = letter(*first), letter(*second), letter(*third)

    merged = merge(base, mine, theirs)

    assert merge(base, mine, base).rendered == mine
    assert merge(base, base, theirs).rendered == theirs
    if not merged.conflict:
        assert merged.base == theirs
        assert merge(merged.base, merged.rendered, theirs).rendered == merged.rendered
    settled = merge(merged.base, merged.rendered, theirs, prefer_theirs=True)
    assert not settled.conflict
    assert merged.rendered.text and settled.rendered.text


def test_a_letter_of_which_each_side_took_out_a_half_is_not_left_empty():
    base, mine, theirs = letter("α", "β"), letter("α"), letter("β")

    merged = merge(base, mine, theirs)

    assert (merged.conflict, merged.rendered.text, merged.base) == (True, "α", base)
    assert merge(base, mine, theirs, prefer_theirs=True).rendered == theirs


def test_what_a_person_answers_for_are_the_sentences_they_wrote():
    typed = LETTER.text.replace("με υγεία. ", "με υγεία. Και στη Μαρία. ").replace("Άννα", "η Άννα Νικολάου")

    changed = words_by_hand(LETTER, "Άλλο θέμα", typed)

    assert hand_words(LETTER, changed) == "Άλλο θέμα\nΚαι στη Μαρία.\nη Άννα Νικολάου"
    assert hand_words(LETTER, LETTER) == ""


def test_a_paragraph_typed_as_the_machine_had_it_has_its_html_again():
    once = words_by_hand(LETTER, LETTER.subject, LETTER.text.replace("με υγεία", "με χαρά"))

    again = words_by_hand(once, LETTER.subject, LETTER.text, known=LETTER)

    assert again == LETTER
