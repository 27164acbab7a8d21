"""From frozen words to the letter on the wire: frames, headers, links. Used by preview, preparing and dispatch."""

import hashlib
import json
import secrets
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.dispatch.hint import DueLetter
from campaigns.dispatch.wire import Letter
from campaigns.links import unsubscribe_url
from campaigns.models import Campaign, GreetingVariant, GreetingVersion, LetterFrame
from campaigns.personalisation import Person
from campaigns.personalisation.facts import FACT_NAMES
from campaigns.rendering import (
    AssembledLetter,
    CompiledGreeting,
    Frame,
    RenderedGreeting,
    assemble,
    build_frame,
    compile_greeting,
)


def sender_address() -> str:
    """The address of the house; a mailbox that nobody reads when only the built-in mailbox is in use."""
    return settings.SENDER_ADDRESS or "house@mailbox.example"


def new_header_id(token: str) -> str:
    return f"<{token}@{sender_address().rpartition('@')[2]}>"


def new_token() -> str:
    return secrets.token_hex(16)


def words_digest(rendered: RenderedGreeting) -> str:
    """SHA-256 of what a letter says: stays when retention drops the words."""
    return hashlib.sha256(json.dumps([rendered.subject, rendered.text, rendered.html]).encode()).hexdigest()


def make_frame(*, language: str, manner: str, design: str = GreetingVersion.Design.CARD) -> Frame:
    """What stands around a letter in one design, its foot in the letter's own language and register."""
    with translation.override(language if language in ("el", "en") else "en"):
        return build_frame(
            house=settings.HOUSE_NAME,
            postal_address=settings.HOUSE_POSTAL_ADDRESS,
            why=why_we_write(manner),
            unsubscribe_label=_("Write to me no more"),
            language=language,
            design=design,
        )


def why_we_write(manner: str) -> str:
    """The sentence at the foot, in the letter's register; true of customers, partners and suppliers alike."""
    if manner == GreetingVariant.Manner.COMPANY:
        return _("We write to you because we work together.")
    if manner == GreetingVariant.Manner.INFORMAL:
        return pgettext("informal", "We write to you because we know each other through our work.")
    return pgettext("formal", "We write to you because we know each other through our work.")


def frame_of(campaign: Campaign, *, language: str, manner: str) -> LetterFrame:
    """The frozen frame of a campaign and variant; made once."""
    frame = LetterFrame.objects.filter(campaign=campaign, language=language, manner=manner).first()
    if frame is None:
        design = campaign.version.design if campaign.version else GreetingVersion.Design.CARD
        made = make_frame(language=language, manner=manner, design=design)
        frame, _created = LetterFrame.objects.get_or_create(
            campaign=campaign,
            language=language,
            manner=manner,
            defaults={"html_head": made.html_head, "html_foot": made.html_foot, "text_foot": made.text_foot},
        )
    return frame


@lru_cache(maxsize=64)
def compiled(subject: str, body: str) -> CompiledGreeting:
    """Compile a greeting once per process and wording. Raise TemplateError with every problem found."""
    return compile_greeting(subject=subject, body=body, names=FACT_NAMES)


class Wording:
    """The variants of one version, compiled; picks the words that a person reads."""

    def __init__(self, version: GreetingVersion) -> None:
        self._variants = {
            (variant.language, variant.manner): compiled(variant.subject, variant.body)
            for variant in version.variants.all()
        }
        # The (language, manner) there are words for, and the facts that any of them tells.
        self.written = frozenset(self._variants)
        self.facts = frozenset(key for greeting in self._variants.values() for key in greeting.facts)

    def pick(self, person: Person) -> tuple[str, str, CompiledGreeting] | None:
        """Return (language, manner, greeting) for a person, or None when these words do not exist.

        A missing informal or company variant falls back to the formal one of the same language: too polite is no
        fault. Another language is never used silently.
        """
        for manner in (person.manner, "formal"):
            greeting = self._variants.get((person.contact.language, manner))
            if greeting is not None:
                return person.contact.language, manner, greeting
        return None


def assembled(rendered: RenderedGreeting, frame: LetterFrame | Frame, *, way_out: str) -> AssembledLetter:
    """Put head, foot and this person's own link (`way_out`) around rendered words."""
    return assemble(_as_drawn(frame), rendered=rendered, unsubscribe_url=way_out)


def _as_drawn(frame: LetterFrame | Frame) -> Frame:
    """A frozen frame as the rendering knows it."""
    return Frame(html_head=frame.html_head, html_foot=frame.html_foot, text_foot=frame.text_foot)


class Stationery:
    """What the letters of one campaign and variant have in common, laid out once; each letter then costs little."""

    def __init__(self, frame: LetterFrame) -> None:
        self._frame = _as_drawn(frame)
        self._house, self._sender = settings.HOUSE_NAME, sender_address()
        self._reply_to = settings.REPLY_ADDRESS or self._sender
        self._way_out_by_mail = f"{self._sender}?subject=unsubscribe"

    def letter(self, due: DueLetter, *, now: datetime) -> Letter:
        """Return a claimed letter as it goes on the wire. Raise LookupError for one that has lost its words."""
        if due.text is None:
            raise LookupError(f"letter {due.pk} has no words")
        way_out = unsubscribe_url(due.address_digest)
        text, html = self._frame.around(due.text, due.html, link=way_out)
        return Letter(
            message_id=due.header_id,
            from_name=due.from_name or self._house,
            from_address=self._sender,
            to_name=due.to_name,
            to_address=due.to_address,
            reply_to=due.reply_to or self._reply_to,
            subject=due.subject,
            text=text,
            html=html,
            unsubscribe_url=way_out,
            unsubscribe_mailto=self._way_out_by_mail,
            date=now,
            return_path=due.return_path,
        )


def stationery_of(campaign: Campaign, *, language: str, manner: str) -> Stationery:
    return Stationery(frame_of(campaign, language=language, manner=manner))
