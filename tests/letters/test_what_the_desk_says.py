"""The facts beside the words, and what will be missing from whose letter."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from campaigns.writing.desk_words import gap_lines, how_many, subject_line
from campaigns.writing.gaps import LOOKED_AT, gaps_of
from campaigns.writing.palette import palette_of
from campaigns.writing.previewing import person_of, readers_of
from tests.builders import BODY, ELENI, NOW, STAMATIS, make_campaign, make_contact

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TWO = "{{ προσφώνηση }}\n\n[[ Από {{ πόλη }}. ]] [[ {{ τόσα_χρόνια }} μαζί, και {{ πόλη }}. ]]\n\nΓεια."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def missing(body: str, *, subject: str = "Θέμα"):
    campaign = make_campaign()
    readers = readers_of(campaign, language="el", manner="formal")
    return gaps_of(campaign, subject=subject, body=body, readers=readers, today=TODAY)


def palette(contact, *, names_in: str = "el", letter_in: str = "el"):
    person = person_of(contact, campaign=make_campaign(), today=TODAY, manner="formal") if contact else None
    return palette_of(person, names_in=names_in, letter_in=letter_in)


def entries(groups):
    return {entry.forms[0].fact.key: entry for group in groups for entry in group.entries}


def test_each_optional_sentence_is_counted_by_itself_with_the_facts_it_lacks():
    make_contact(STAMATIS, city="Βόλος", customer_since=TODAY - timedelta(days=3 * 365))
    make_contact(ELENI, city="")
    make_contact(city="Πάτρα")

    found = missing(TWO)

    told = [(out.count, {lack.fact.key: lack.count for lack in out.lacks}) for out in found.sentences]
    assert told == [(1, {"city": 1}), (2, {"years_with_us": 2, "city": 1})]
    assert (found.looked_at, found.are_all, found.blocked) == (3, True, ())


def test_a_sentence_everybody_reads_is_not_mentioned():
    make_contact(STAMATIS, city="Βόλος")

    assert missing("{{ προσφώνηση }} [[ Από {{ πόλη }}. ]]").sentences == ()


def test_a_fact_outside_brackets_leaves_somebody_without_a_letter():
    make_contact(STAMATIS, city="")

    found = missing("{{ προσφώνηση }} στην {{ πόλη }}.")

    assert [(lack.fact.key, lack.count) for lack in found.blocked] == [("city", 1)]
    assert gap_lines(found, newest_invoice=None)[0].blocks


def test_of_many_readers_the_first_are_looked_at_and_it_says_so():
    for _ in range(LOOKED_AT + 1):
        make_contact(city="")

    found = missing("{{ προσφώνηση }} [[ Από {{ πόλη }}. ]]")

    assert (found.looked_at, found.are_all) == (300, False)
    said = gap_lines(found, newest_invoice=None)[0].sentence
    assert said == "None of the first 300 reads this sentence, because we lack: town."


def test_words_that_cannot_be_read_have_no_gaps():
    make_contact(STAMATIS)

    assert missing("{{ προσφώνηση").looked_at == 0


def test_a_fact_that_is_kept_back_says_why():
    contact = make_contact(STAMATIS, customer_since=TODAY - timedelta(days=3 * 365))
    make_contact(ELENI, email=contact.email)

    found = missing("{{ προσφώνηση }} [[ {{ τόσα_χρόνια }} μαζί. ]]")

    said = gap_lines(found, newest_invoice=date(2026, 11, 9))[0].sentence
    assert "how many years a customer (kept back: others read this address too)" in said


def test_the_forms_of_one_fact_stand_together_and_the_groups_in_their_order():
    groups = palette(make_contact(STAMATIS, city="Βόλος"))

    assert [group.code for group in groups] == ["opening", "who", "history", "things", "days", "words", "house"]
    product = entries(groups)["your_usual_product_accusative"]
    assert [form.example for form in product.forms] == ["τον εσπρέσο σου", "ο εσπρέσο σου", "του εσπρέσο σου"]
    assert product.meaning == "what they usually buy, as theirs"
    assert not product.is_known


def test_names_are_those_of_the_screen_and_examples_those_of_the_letter():
    contact = make_contact(STAMATIS, city="Βόλος")

    assert entries(palette(contact))["city"].forms[0].placeholder == "{{πόλη}}"
    assert entries(palette(contact, names_in="en"))["city"].forms[0].placeholder == "{{city}}"
    english_letter = entries(palette(contact, names_in="en", letter_in="en"))
    assert [form.example for form in english_letter["your_usual_product_accusative"].forms] == ["your espresso"]


def test_without_a_person_every_fact_is_there_with_its_example():
    forms = [form for entry in entries(palette(None)).values() for form in entry.forms]

    assert all(form.example and not form.value for form in forms)


def test_the_subject_line_tells_whose_subject_and_how_long():
    contact = make_contact(STAMATIS)

    assert subject_line(contact, "Χρόνια πολλά") == "Σταμάτης Παπαδόπουλος reads: “Χρόνια πολλά”, 12 characters."
    assert subject_line(contact, "") == ""
    with translation.override("el"):
        assert subject_line(contact, "Χρόνια").startswith("Του Σταμάτη")
        assert subject_line(make_contact(STAMATIS, name_confidence=0.5), "Χρόνια").startswith("Σταμάτης Παπαδόπουλος")


def test_errors_and_remarks_are_counted_apart():
    assert [how_many(1, 2), how_many(0, 1), how_many(0, 0)] == ["1 error, 2 remarks", "1 remark", ""]


def test_the_desk_of_a_greeting_nobody_reads_still_offers_its_facts(as_staff):
    campaign = make_campaign(audience={"choose": "city", "city": "Πουθενά"})

    page = as_staff.get(f"/greetings/{campaign.pk}/write/").content.decode()

    assert "Nobody reads these words yet." in page
    assert 'data-insert="{{signature}}"' in page


def test_an_empty_letter_begins_with_what_is_there_already(as_staff):
    make_contact(STAMATIS)
    campaign = make_campaign()
    assert campaign.template.versions.get().variants.get().body == BODY

    page = as_staff.get(f"/greetings/{campaign.pk}/write/?variant=en-formal").content.decode()

    assert "our ready words" in page
    assert 'value="el-formal"' in page
