"""A list whose remark stopped somebody by mistake is taken back: their letters wait again."""

import pytest

from campaigns.models import Message
from customers.models import Contact
from tests.builders import STAMATIS, make_campaign, make_contact, make_letter
from tests.imports.lists import customer
from tests.imports.steps import let_in, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    contact = make_contact(STAMATIS)
    return make_letter(make_campaign(state="sending"), contact=contact)


def with_remark(letter: Message, remark: str):
    contact = letter.contact
    return let_in(customer("", contact.raw_name, email=contact.email, remark=remark))


@pytest.mark.parametrize("remark", ["ΠΕΝΘΟΣ", "ΠΑΡΑΠΟΝΟ ΓΙΑ ΤΗΝ ΠΑΡΑΔΟΣΗ", "ΟΧΙ MAIL"])
def test_a_letter_that_a_list_left_out_waits_again_when_the_list_is_taken_back(letter, remark):
    batch = with_remark(letter, remark)
    left_out = Message.objects.get(pk=letter.pk).state

    take_back(batch)

    assert left_out == Message.State.SKIPPED
    back = Message.objects.get(pk=letter.pk)
    assert (back.state, back.reason_code) == (letter.state, letter.reason_code)


def test_a_letter_of_somebody_who_was_stopped_again_since_stays_out(letter):
    batch = with_remark(letter, "ΠΕΝΘΟΣ")
    Contact.objects.filter(pk=letter.contact_id).update(stopped_reason="deceased")

    take_back(batch)

    assert Message.objects.get(pk=letter.pk).state == Message.State.SKIPPED


def test_a_letter_of_a_campaign_that_is_over_stays_out(letter):
    batch = with_remark(letter, "ΠΕΝΘΟΣ")
    letter.campaign.state = "cancelled"
    letter.campaign.save()

    take_back(batch)

    assert Message.objects.get(pk=letter.pk).state == Message.State.SKIPPED
