"""A campaign in review with letters on its piles, in one line."""

from campaigns.models import Campaign, Message
from tests.builders import ELENI, STAMATIS, make_campaign, make_contact, make_letter, make_user

UNHAPPY = {"code": "unhappy", "facts": {"score": 4, "on": "2026-10-02"}}
ALIKE = {"code": "alike", "facts": {"count": 4}}
PLAIN = {"code": "no_personal_fact", "facts": {}}


def in_review(**fields) -> Campaign:
    """A Christmas greeting whose letters were prepared; Νίκος wrote it."""
    author = fields.pop("author", None) or make_user("nikos", role="manager", first_name="Νίκος")
    return make_campaign(author=author, state="in_review", prepared_on="2026-12-20", **fields)


def letter_on(campaign: Campaign, pile: str = "look", *, person: dict | None = None, **review) -> Message:
    """A draft letter on a pile, with a reason to look where it lies on that."""
    codes = [UNHAPPY] if pile == "look" else []
    state = review.pop("state", "draft")
    more = {name: review.pop(name) for name in ("reason_code", "reason_facts", "reviewed_at", "reviewed_by")
            if name in review}  # fmt: skip
    contact = review.pop("contact", None) or make_contact(person)
    return make_letter(campaign, contact, state=state, review={"pile": pile, "look_codes": codes} | review, **more)


def three_to_look_at(campaign: Campaign) -> list[Message]:
    """Letters to Σταμάτης, to Ελένη and to a Παύλος, in this order."""
    return [letter_on(campaign, person=person) for person in (STAMATIS, ELENI, None)]
