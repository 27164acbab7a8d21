"""The numbers of a letter's facts: found again in its frozen words, wherever they stand, and never inside a tag."""

import pytest

from campaigns.review.room.marking import mark_facts, places_of

MARK = '<span class="crm-fact">{}</span><sup class="crm-mark">{}</sup>'


def test_each_value_carries_its_number_where_it_stands_first():
    html = "<p>Αγαπητέ Σταμάτη,</p><p>ο εσπρέσο σου, ο εσπρέσο σου.</p>"

    marked = mark_facts(html, ["Αγαπητέ Σταμάτη,", "ο εσπρέσο σου"])

    assert marked == (
        f"<p>{MARK.format('Αγαπητέ Σταμάτη,', 1)}</p><p>{MARK.format('ο εσπρέσο σου', 2)}, ο εσπρέσο σου.</p>"
    )


def test_a_longer_value_is_found_before_the_shorter_it_contains():
    marked = mark_facts("<p>Άννα, Καφεκοπτείο</p><p>Άννα</p>", ["Άννα", "Άννα, Καφεκοπτείο"])

    assert marked == f"<p>{MARK.format('Άννα, Καφεκοπτείο', 2)}</p><p>{MARK.format('Άννα', 1)}</p>"


def test_a_value_at_the_start_of_a_sentence_is_found_with_its_capital():
    assert mark_facts("<p>Επτά χρόνια τώρα.</p>", ["επτά χρόνια"]) == f"<p>{MARK.format('Επτά χρόνια', 1)} τώρα.</p>"


def test_part_of_a_word_is_no_value():
    assert mark_facts("<p>Παρασκευή</p>", ["Παρασκευ"]) == "<p>Παρασκευή</p>"


def test_what_stands_in_a_tag_is_left_alone():
    html = '<p><a href="https://shop.example/anna" title="anna">εδώ</a></p>'

    assert mark_facts(html, ["anna"]) == html


def test_signs_with_a_meaning_stay_escaped():
    marked = mark_facts("<p>R&amp;D &lt;b&gt; x</p>", ["R&D <b>"])

    assert marked == f"<p>{MARK.format('R&amp;D &lt;b&gt;', 1)} x</p>"


@pytest.mark.parametrize("value", ["", " ", "η"])
def test_what_is_too_short_to_mean_anything_has_no_number(value):
    assert mark_facts("<p>η Παρασκευή</p>", [value]) == "<p>η Παρασκευή</p>"


def test_places_are_in_the_order_of_reading_and_none_for_what_is_not_there():
    first, second, nowhere = places_of("<p>ένα</p><p>δύο</p>", ["δύο", "ένα", "τρία"])

    assert second < first and nowhere is None
