"""A thousand people with awkward names, from contact to mailbox: prepared, approved, handed over to a real SMTP
server; each letter it kept passes the strict check and says what was meant.
"""

import re
from html import escape, unescape
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from campaigns.dispatch.transport import SmtpTransport
from campaigns.dispatch.work import work_lane
from campaigns.links import unsubscribe_url
from campaigns.models import LetterFrame, Message
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.rendering.frame import UNSUBSCRIBE_MARK
from campaigns.review.approval.approving import approve_campaign
from campaigns.running import start_sending
from customers.addresses import address_fields
from customers.models import Contact
from tests.builders import NOW, make_campaign, make_user, make_words
from tests.receiver.ledger import of_kind, strangers, twice
from tests.receiver.process import RunningReceiver, running_receiver
from tests.transport.letters import on_one_line
from tests.transport.strict import Meant, violations

PEOPLE = 1_000
SUBJECT = "Καλά Χριστούγεννα, {{ πόλη }}"
BODY = "{{ προσφώνηση }}\n\nσας ευχόμαστε *καλές γιορτές* στην πόλη {{ πόλη }}.\n\n{{ υπογραφή }}"

WORDS = (
    "Σταμάτης", "Παπαδόπουλος-Λουλούδης", "ΑΓΓΕΛΙΚΗ", "Ρωξάνη", "ϊΐΰ", "Ὀδυσσεύς", "John", "O'Brien",
    "d’Artagnan", "Zoë", "Łukasz", "Čapek", "ß", "Nguyễn", "İpek", "Дмитрий", "אברהם", "محمد",
    "\u200fשרה\u200e", "王小明", "さくら", '"Τζο"', '"', "''", "\\", "\\\\n", '\\"', ",", "Παππάς, Γιώργος", ";",
    ":", "<b>", "<x@shop.example>", "@", "(σχόλιο)", "[ x", "&amp;", "&", "=", "==", "=?", "?=",
    "=?utf-8?q?=41?=", "=?utf-8?b?zpE=?=", "=?x?b?", "=C3=A9", "=20", ".", "..", "🎄", "👩\u200d💻", "🇬🇷", "👍🏽",
    "e\u0301", "\u0391\u0301", "ﬁ", "½", "a\u00a0b", "a\u200bb", "\u202eanna\u202c", "x\ny",
    "x\r\nBcc: all@shop.example", "\t", "a\tb", "\x07", "a\x85b", "a\u2028b", "\x1b[31m", "-- ", "From ",
    "%s", "α" * 90, "w" * 70, "🎄" * 40, "a" * 40 + " " + "β" * 40, "  ", "a  b",
)  # fmt: skip
LOCALS = ("person{}", "o'brien.{}", "a+b-{}", "first.last_{}", "{}!#$%&'*/=?^`{{|}}~", "x{}" + "y" * 40)
# International domains and their form in the DNS (punycode of RFC 3492; a final sigma and an ß stay themselves).
DOMAINS = {
    "shop.example": "shop.example",
    "άνθη.example": "xn--hxawct.example",
    "mail.bücher.example": "mail.xn--bcher-kva.example",
    "faß.example": "xn--fa-hia.example",
    "καλός.example": "xn--mxare2a1c.example",
    "例え.example": "xn--r8jz45g.example",
    "d" * 60 + ".example": "d" * 60 + ".example",
}


def awkward(random: Random, most: int) -> str:
    """Some words that hardly ever stood beside one another, at most so many characters, never blank."""
    words = " ".join(random.choice(WORDS) for _ in range(random.randint(1, 4)))[:most]
    return words if re.sub(r"\W", "", words) else f"{words[: most - 2]}Ζω"


def awkward_people() -> tuple[list[Contact], dict[str, str]]:
    """A thousand contacts, not yet saved, and each address as the wire must carry it."""
    random = Random(2026)
    contacts, on_the_wire = [], {}
    for number in range(PEOPLE):
        local, domain = random.choice(LOCALS).format(number), random.choice(list(DOMAINS))
        email = f"{local}@{domain}"
        on_the_wire[email] = f"{local}@{DOMAINS[domain]}"
        contacts.append(
            Contact(
                first_name=awkward(random, 120),
                last_name=awkward(random, 160) if random.random() < 0.8 else "",
                gender="m",
                city=awkward(random, 120),
                salutation_typed=f"Αγαπητέ {awkward(random, 190)},",
                name_confidence=1.0,
                name_reason="typed",
                **address_fields(email),
            )
        )
    return contacts, on_the_wire


def send_to_everybody(receiver: RunningReceiver) -> dict[str, str]:
    """Prepare a campaign to the thousand, let another colleague approve it, send it to the receiver."""
    contacts, on_the_wire = awkward_people()
    Contact.objects.bulk_create(contacts)
    author, manager = make_user(), make_user(role="manager")
    campaign = make_campaign(author=author, template=make_words(by=author, subject=SUBJECT, body=BODY))
    start_preparing(campaign, by=author, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    approve_campaign(campaign.pk, by=manager, revision=campaign.revision, now=NOW)
    start_sending(campaign.pk, by=manager, now=NOW)
    transport = SmtpTransport(receiver.host, receiver.port)
    for lane in range(settings.DISPATCH_LANES):
        work_lane(campaign_id=campaign.pk, lane=lane, transport=transport, clock=lambda: NOW, seconds=60)
    transport.close()
    return on_the_wire


def meant_by(message: Message, frame: LetterFrame, recipient: str) -> Meant:
    """What the frozen words and the frame say the letter is to be."""
    link = unsubscribe_url(message.address_digest)
    text_foot = frame.text_foot.replace(UNSUBSCRIBE_MARK, link)
    html_foot = frame.html_foot.replace(UNSUBSCRIBE_MARK, escape(link))
    return Meant(
        sender=message.return_path,
        recipient=recipient,
        from_name="Ανθοπωλείο «Γιασεμί», Βόλος",
        from_address="house@house.example",
        to_name=on_one_line(message.to_name),
        reply_to="maria@house.example",
        subject=on_one_line(message.body.subject),
        text=f"{message.body.text}\n\n-- \n{text_foot}",
        html=f"{frame.html_head}{message.body.html}{html_foot}",
        unsubscribe_url=link,
    )


@pytest.fixture
def house(settings) -> None:
    settings.HOUSE_NAME = "Ανθοπωλείο «Γιασεμί», Βόλος"
    settings.SITE_URL = "https://house.example"
    settings.SENDER_ADDRESS, settings.REPLY_ADDRESS = "house@house.example", "maria@house.example"
    settings.RETURN_PATH_DOMAIN = "bounce.house.example"


@pytest.mark.once  # the bytes of a letter know no database
@pytest.mark.usefixtures("house", "db")
def test_a_thousand_awkward_people_all_get_the_letter_that_was_meant(tmp_path: Path) -> None:
    with running_receiver(tmp_path, "--no-sync") as receiver:
        on_the_wire = send_to_everybody(receiver)
        kept = of_kind(receiver.events(), "kept")

    assert len(kept) == PEOPLE and not twice(kept) and not strangers(kept, on_the_wire.values())
    frame = LetterFrame.objects.get()
    faults: list[str] = []
    by_id = {message.header_id: message for message in Message.objects.select_related("body", "contact")}
    for event in kept:
        message = by_id[f"<{event['message_id']}>"]
        data = (receiver.kept_folder / event["file"]).read_bytes()
        meant = meant_by(message, frame, on_the_wire[message.to_address])
        found = violations(data, meant, envelope=(event["sender"], event["recipients"]))
        faults += [f"{event['file']} {fault}" for fault in found]
        # The frozen words themselves are the person's own, to the letter.
        contact = message.contact
        assert meant.to_name == on_one_line(f"{contact.first_name} {contact.last_name}")
        assert squeezed(contact.city) in squeezed(message.body.subject)
        assert squeezed(contact.salutation_typed) in squeezed(message.body.text)
        assert squeezed(contact.city) in squeezed(unescape(message.body.html.replace("<br>", "")))
    assert faults == []


def squeezed(value: str) -> str:
    """The value without blanks, line ends and controls: how these may be set is another page's rule."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", "", value)
