"""A prepared Christmas greeting for the tests of hand edits, and a hand that types into its letters."""

from campaigns.models import Campaign, HandEdit, LetterReview, Message, MessageBody
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.edits.changing import edit_letter
from campaigns.review.steps import Step
from customers.models import Contact, User
from customers.search import index_contacts
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_user, make_words

BODY = (
    "{{ προσφώνηση }}\n\nσας ευχόμαστε **καλά Χριστούγεννα**, με υγεία.\n\nΗ πόλη σας [[είναι η {{ πόλη }}.]] Γεια.\n\n"
    "Με εκτίμηση,\n{{ υπογραφή }}"
)


def prepare(campaign: Campaign, *, by: User) -> Campaign:
    """Make the letters of a campaign, as a worker does."""
    start_preparing(campaign, by=by, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    return campaign


def make_greeting(*contacts: Contact, body: str = BODY, author: User | None = None, **fields) -> Campaign:
    """A greeting in review; to Stamatis alone unless told otherwise."""
    author = author or make_user(first_name="Άννα", last_name="Μάνου")
    if not contacts:
        make_contact(STAMATIS)
    campaign = make_campaign(author=author, template=make_words(by=author, body=body), **fields)
    return prepare(campaign, by=author)


def the_letter(campaign: Campaign, contact: Contact | None = None) -> Message:
    letters = Message.objects.filter(campaign=campaign).select_related("campaign", "contact", "review")
    return letters.get(contact=contact) if contact else letters.get()


def words(letter: Message) -> MessageBody:
    return MessageBody.objects.get(pk=letter.pk)


def review(letter: Message) -> LetterReview:
    return LetterReview.objects.get(pk=letter.pk)


def edit_of(letter: Message) -> HandEdit | None:
    return HandEdit.objects.filter(campaign=letter.campaign_id, contact=letter.contact_id).first()


def known(contact: Contact) -> Contact:
    """A contact that can be found by name, as everybody is who was typed or came with a list."""
    index_contacts([contact.pk])
    return contact


def type_in(letter: Message, old: str, new: str, *, by: User, subject: str | None = None) -> Step | None:
    """Change `old` into `new` in the words of a letter, as they stand now."""
    body = words(letter)
    assert old in body.text
    return edit_letter(
        letter.pk,
        subject=body.subject if subject is None else subject,
        text=body.text.replace(old, new),
        seen_digest=body.digest,
        by=by,
        now=NOW,
    )
