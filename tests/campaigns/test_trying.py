"""The words of a variant tried on everybody who reads them: what reads badly is named, with the person."""

import pytest

from campaigns.rendering import TemplateError
from campaigns.writing.composing import Words
from campaigns.writing.trying import NAMES_SHOWN, Trial, readers_tried, try_on
from customers.models import Contact, Interaction
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
BOTH = {("el", "formal"), ("el", "informal")}


def words(body: str, *, subject: str = "Χρόνια πολλά", manner: str = "formal", language: str = "el") -> Words:
    return Words(language, manner, subject, body, 1)


def tried(body: str, *, campaign=None, written=BOTH, **more) -> Trial:
    return try_on(campaign or make_campaign(), words(body, **more), written=written, today=TODAY)


def quote(contact: Contact, line: str) -> Interaction:
    """A line written to be read by the contact, as a colleague typed it."""
    return Interaction.objects.create(contact=contact, happened_at=NOW, quotable=line)


def test_words_that_fit_everybody_find_nothing():
    make_contact(STAMATIS)
    make_contact(ELENI)

    trial = tried("{{ προσφώνηση }}\n\nσας ευχόμαστε υγεία. [[ {{ λόγια }} ]]\n\n{{ υπογραφή }}")

    assert (trial.looked_at, trial.finished, trial.findings) == (2, True, ())
    assert (trial.plain, trial.lost) == (2, {0: 2})


def test_whoever_can_have_no_letter_is_named():
    make_contact(STAMATIS, city="Βόλος")
    eleni = make_contact(ELENI)

    (found,) = tried("{{ προσφώνηση }}\n\nχρόνια πολλά στην πόλη σας, {{ πόλη }}.").findings

    assert (found.code, found.blocks, found.count) == ("empty_fact", True, 1)
    assert found.people == ((eleni.pk, eleni.name),)


def test_a_value_that_breaks_the_sentence_is_shown_with_it():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    make_contact(ELENI, city="Λάρισα,")

    (found,) = tried("{{ προσφώνηση }}\n\nτι κάνει η πόλη σας; {{ πόλη }}, πάντα όμορφη.").findings

    assert (found.code, found.count, found.example) == ("sign_repeated", 1, "Λάρισα,, πάντα όμορφη.")
    assert stamatis.pk not in [pk for pk, _name in found.people]


def test_a_line_in_the_other_register_is_shown():
    quote(make_contact(STAMATIS), "Να είσαι καλά και να μας θυμάσαι.")

    codes = {found.code for found in tried("{{ προσφώνηση }}\n\nχρόνια πολλά. [[ {{ λόγια }} ]]").findings}

    assert codes == {"singular_in_plural"}


def test_a_paragraph_that_a_value_leaves_without_its_stop_is_shown():
    quote(make_contact(STAMATIS), "Χαρήκαμε πολλές φορές για τη Δάφνη")

    (found,) = tried("{{ προσφώνηση }}\n\nχρόνια πολλά. [[ {{ λόγια }} ]]\n\n{{ υπογραφή }}").findings

    assert (found.code, found.facts["suggestion"]) == ("stop_missing", "Δάφνη.")


def test_what_the_words_alone_do_wrong_is_not_told_again_of_each_reader():
    make_contact(STAMATIS, city="Βόλος")

    assert tried("{{ προσφώνηση }}\n\nστην πόλη σας , {{ πόλη }}, χρόνια πολλά.").findings == ()


def test_a_subject_too_long_is_told_by_its_longest_reader():
    make_contact(STAMATIS, city="Βόλος")
    far = make_contact(ELENI, city="Παλαιόκαστρο Ορεινής Αργολίδος, Κάτω Συνοικισμός")
    make_contact(GIORGOS, city="Νέα Μηχανιώνα Θεσσαλονίκης Κεντρικής Μακεδονίας")

    (found,) = tried("{{ προσφώνηση }}\n\nχρόνια πολλά.", subject="Χρόνια πολλά, {{ πόλη }}").findings

    assert (found.code, found.count, found.facts["length"]) == ("subject_long", 2, 14 + len(far.city))
    assert far.city in found.example


def test_one_thing_found_with_many_is_told_once_with_a_few_names_and_their_number():
    people = [make_contact(city="Βόλος,") for _number in range(NAMES_SHOWN + 3)]

    (found,) = tried("{{ προσφώνηση }}\n\nσε εσάς, {{ πόλη }}, χρόνια πολλά.").findings

    assert found.count == len(people)
    assert [pk for pk, _name in found.people] == [each.pk for each in people[:NAMES_SHOWN]]


def test_steps_walk_over_everybody_once_and_add_up_to_the_whole():
    for number in range(7):
        make_contact(city="Βόλος," if number % 2 else "Λάρισα")
    campaign, said = make_campaign(), words("{{ προσφώνηση }}\n\nσε εσάς, {{ πόλη }}, χρόνια πολλά. [[ {{ λόγια }} ]]")

    whole = try_on(campaign, said, written=BOTH, today=TODAY)
    joined, steps = Trial(), 0
    while not joined.finished:
        joined = joined.joined(try_on(campaign, said, written=BOTH, today=TODAY, after=joined.after, limit=3))
        steps += 1

    assert steps == 3
    assert joined == whole
    assert (whole.looked_at, whole.findings[0].count, whole.lost) == (7, 3, {0: 7})


def test_those_whose_own_words_are_not_written_are_tried_on_the_formal_ones():
    make_contact(STAMATIS)
    make_contact(ELENI, register="informal")
    make_contact(kind="company", company_name="Λιβανός ΑΕ")
    campaign, formal = make_campaign(), words("{{ προσφώνηση }}")

    def count(said: Words, written) -> int:
        return readers_tried(campaign, said, written=written, today=TODAY).count()

    assert count(formal, {("el", "formal")}) == 3
    assert count(formal, BOTH) == 2
    assert count(formal, BOTH | {("el", "company")}) == 1
    assert count(words("{{ προσφώνηση }}", manner="company"), BOTH) == 1


def test_whoever_gets_no_letter_and_whoever_reads_another_language_is_not_tried():
    make_contact(STAMATIS, mourning_until=TODAY)
    make_contact(ELENI, language="en")
    make_contact(GIORGOS, kind="placeholder")

    assert tried("{{ προσφώνηση }}\n\n{{ πόλη }}").looked_at == 0


def test_words_with_an_error_are_not_tried():
    with pytest.raises(TemplateError):
        tried("{{ προσφώνησι }}")
