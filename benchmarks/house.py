"""A house for benchmarks: a database of its own, gone at the end, and campaigns with letters ready to leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from campaigns.dispatch.transport import SmtpTransport
from campaigns.dispatch.work import work_lane
from campaigns.letters import new_header_id, new_token
from campaigns.models import Campaign, Message, MessageBody
from customers.addresses import address_fields
from customers.models import Contact
from tests.builders import make_campaign, make_letter

WORDS = "σας ευχόμαστε καλά Χριστούγεννα, με υγεία και ηρεμία στο σπίτι σας."


@contextmanager
def test_database() -> Iterator[str]:
    """Make the tables in a database of their own; yield its vendor."""
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield connection.vendor
    finally:
        teardown_databases(made, verbosity=0)


def campaign_with_letters(count: int) -> tuple[Campaign, list[str]]:
    """A campaign that is sending, with `count` letters due, and their addresses."""
    now = timezone.now()
    campaign = make_campaign(state="sending", give_up_at=now + timedelta(days=1), occasion_key="")
    make_letter(campaign, due_at=now + timedelta(days=2))  # for its frame
    addresses = [f"person{number}@c{campaign.pk}.example" for number in range(count)]
    contacts = Contact.objects.bulk_create(
        Contact(first_name="Σταμάτης", last_name="Παπαδόπουλος", gender="m", **address_fields(address))
        for address in addresses
    )
    tokens = [new_token() for _address in addresses]
    messages = Message.objects.bulk_create(
        Message(
            campaign=campaign, contact=contact, state="ready", due_at=now, to_name=contact.name,
            to_address=contact.email, address_digest=contact.address_digest, token=token,
            header_id=new_header_id(token),
        )
        for contact, token in zip(contacts, tokens, strict=True)
    )  # fmt: skip
    opening = "Αγαπητέ κύριε Παπαδόπουλε,"
    MessageBody.objects.bulk_create(
        MessageBody(
            message=message, subject="Καλά Χριστούγεννα", text=f"{opening}\n\n{WORDS}",
            html=f"<p>{opening}</p><p>{WORDS}</p>", digest="0" * 64,
        )
        for message in messages
    )  # fmt: skip
    return campaign, addresses


def send_everything(campaign: Campaign, port: int) -> None:
    """Send what is due through one connection, with the whole bookkeeping, as a worker does."""
    transport = SmtpTransport("127.0.0.1", port, letters_per_connection=1_000_000)
    try:
        work_lane(campaign_id=campaign.pk, lane=0, transport=transport, clock=timezone.now, seconds=3_600)
    finally:
        transport.close()
    left = Message.objects.filter(campaign=campaign, state="ready", due_at__lte=timezone.now()).count()
    assert left == 0, f"{left} letters did not leave"
