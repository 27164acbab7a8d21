"""Valid objects in one line; a test states only what matters to it. The people are always the same few."""

import json
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group

from campaigns.dispatch.hint import DueLetter, read_whole
from campaigns.letters import new_header_id, new_token
from campaigns.models import (
    Campaign,
    GreetingTemplate,
    GreetingVariant,
    GreetingVersion,
    LetterFrame,
    LetterReview,
    Message,
    MessageBody,
)
from campaigns.preparing.lanes import make_lanes
from customers.addresses import address_fields
from customers.models import Contact, User

NOW = datetime(2026, 12, 21, 10, 0, tzinfo=ZoneInfo("Europe/Athens"))
PASSWORD = "kafes-me-gala-2026"
_numbers = count(1)

STAMATIS = {"first_name": "Σταμάτης", "last_name": "Παπαδόπουλος", "gender": "m", "email": "stamatis@shop.example"}
ELENI = {"first_name": "Ελένη", "last_name": "Βλάχου", "gender": "f", "email": "eleni@shop.example"}
GIORGOS = {"first_name": "Γιώργος", "last_name": "Δημητρίου", "gender": "m", "email": ""}

BODY = "{{ προσφώνηση }}\n\nσας ευχόμαστε καλά Χριστούγεννα, με υγεία.\n\n{{ υπογραφή }}"


def make_user(username: str = "", *, role: str = "staff", **fields) -> User:
    """A colleague who can log in with PASSWORD."""
    user = User(username=username or f"{role}-{next(_numbers)}", is_staff=role == "admin", **fields)
    user.set_password(PASSWORD)
    user.save()
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_contact(person: dict | None = None, **fields) -> Contact:
    """A person whose name is sure; without a name one of a row of Pavloses, each with an address."""
    number = next(_numbers)
    values = {
        "first_name": "Παύλος",
        "last_name": "Μελάς",
        "gender": "m",
        "email": f"pavlos{number}@shop.example",
        "name_confidence": 1.0,
        "name_reason": "typed",
    }
    values |= (person or {}) | fields
    values |= address_fields(values["email"])
    values.setdefault("raw_name", f"{values['last_name']} {values['first_name']}".upper())
    return Contact.objects.create(**values)


def make_words(
    *, by: User, subject: str = "Καλά Χριστούγεννα", body: str = BODY, manners=("formal",)
) -> GreetingTemplate:
    template = GreetingTemplate.objects.create(name="Χριστούγεννα", occasion="christmas", created_by=by)
    version = GreetingVersion.objects.create(template=template, number=1, written_by=by)
    for manner in manners:
        GreetingVariant.objects.create(version=version, language="el", manner=manner, subject=subject, body=body)
    return template


def make_campaign(*, author: User | None = None, state: str = "draft", template=None, **fields) -> Campaign:
    """A Christmas campaign to everybody; from "approved" on it carries the approval of another colleague."""
    author = author or make_user()
    template = template or make_words(by=author)
    values = {
        "name": "Χριστούγεννα 2026",
        "occasion": "christmas",
        "occasion_key": "christmas-2026",
        "wish_on": date(2026, 12, 25),
        "audience": {"choose": "everybody"},
        "version": template.versions.first(),
        "give_up_at": NOW + timedelta(days=10),
    }
    if state in ("approved", "scheduled", "sending", "paused", "finished"):
        values |= {"approved_by": make_user(role="manager"), "approved_at": NOW, "approved_revision": 1}
    campaign = Campaign.objects.create(author=author, state=state, template=template, **values | fields)
    if state == "preparing":
        make_lanes(campaign, people=0, now=NOW)
    return campaign


def make_letter(
    campaign: Campaign, contact: Contact | None = None, *, state: str = "ready", review: dict | None = None, **fields
) -> Message:
    """A letter with words, due since an hour; everything a worker needs to send it.

    `review`: what a reviewer needs of it beside, as preparing writes it; {} is a letter of the pile "rest".
    """
    contact = contact or make_contact()
    token = new_token()
    values = {
        "occasion_key": campaign.occasion_key,
        "to_name": contact.name,
        "to_address": contact.email,
        "address_digest": contact.address_digest,
        "due_at": NOW - timedelta(hours=1),
        "give_up_at": campaign.give_up_at,
        "token": token,
        "header_id": new_header_id(token),
    }
    message = Message.objects.create(campaign=campaign, contact=contact, state=state, **values | fields)
    MessageBody.objects.create(
        message=message,
        subject="Καλά Χριστούγεννα",
        text="Αγαπητέ Σταμάτη,",
        html="<p>Αγαπητέ Σταμάτη,</p>",
        digest="0" * 64,
    )
    if review is not None:
        LetterReview.objects.create(message=message, campaign=campaign, **review)
    LetterFrame.objects.get_or_create(
        campaign=campaign,
        language="el",
        manner="formal",
        defaults={"html_head": "<html><body>", "html_foot": "</body></html>", "text_foot": ""},
    )
    return message


def as_due(message: Message) -> DueLetter:
    """The letter as a turn of work reads it now."""
    row = read_whole(Message.objects.filter(pk=message.pk)).get()
    return DueLetter(*row[:-1], json.dumps(row[-1]))
