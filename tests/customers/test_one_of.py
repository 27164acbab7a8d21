"""One of thousands of words, or none of them: as Django's own `in` finds it, whatever the words are."""

import pytest

from customers.models import Contact
from customers.one_of import NoneOf, OneOf
from tests.builders import make_contact

pytestmark = pytest.mark.django_db
WORDS = ('Άννα "η μικρή"', "back\\slash", "κόμμα, {αγκύλη}", "o'Neil", "100%", "NULL", " ")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_any_letters_is_found_and_no_other(word):
    contact, other = make_contact(first_name=word), make_contact(first_name="Ελένη")

    assert list(Contact.objects.filter(OneOf("first_name", WORDS))) == [contact]
    assert list(Contact.objects.filter(NoneOf("first_name", WORDS))) == [other]


def test_no_words_are_nobody_and_none_of_them_everybody():
    contact = make_contact(first_name="Ελένη")

    assert not Contact.objects.filter(OneOf("first_name", ())).exists()
    assert list(Contact.objects.filter(NoneOf("first_name", ()))) == [contact]


def test_it_finds_people_inside_another_question_too():
    contact = make_contact(first_name="Ελένη")
    make_contact(first_name="Άννα")
    people = Contact.objects.filter(OneOf("first_name", ("Ελένη",)))

    assert list(Contact.objects.exclude(pk__in=people.values("pk")).values_list("first_name", flat=True)) == ["Άννα"]
    assert list(Contact.objects.filter(pk__in=people.values("pk"))) == [contact]
