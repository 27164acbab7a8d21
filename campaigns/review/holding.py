"""What keeps a letter from leaving, found in what is known of it: for one that comes back from somebody's hand.

While it was set aside or in hand its words, its reader or the guard may have said something else; what it was before
does not tell whether it may leave now.
"""

from typing import Any

from campaigns.models import Message, MessageBody
from campaigns.review.guard.words import findings_of, still_open
from campaigns.review.looking import ADDRESS_CHANGED, FACTS_CHANGED, GUARD, NAME_UNSURE, NO_WORDS, WARNING, Look

State = Message.State
NO_EMAIL = "no_email"
# Reasons that are found anew; every other one was given by an event, and stays until a person lifts it.
FOUND_ANEW = frozenset(
    {"name_unsure", "unfilled", "guard", "facts_changed", "no_variant", "template_error", ADDRESS_CHANGED, NO_EMAIL}
)


def what_holds(letter: Message, *, confirmed: list[Look] | None = None) -> tuple[str, dict[str, Any]] | None:
    """The reason, code and facts, for which a letter may not leave as it stands; None for one that may.

    The letter comes with contact and review; `confirmed` in the place of what its review holds confirmed.
    """
    said_yes = letter.review.confirmed if confirmed is None else confirmed
    looks = {each["code"]: each["facts"] for each in reversed(letter.review.look_codes)}
    if (why := looks.get(NO_WORDS)) is not None:
        without = dict(why)
        return ("no_variant", without) if without.get("code") == "no_variant" else ("template_error", without)
    if (why := looks.get(NAME_UNSURE)) is not None:
        return "name_unsure", dict(why)
    if (why := looks.get(WARNING, {})).get("code") == "unfilled":
        return "unfilled", {name: value for name, value in why.items() if name != "code"}
    if findings := still_open(findings_of(letter.review.guard), said_yes):
        return GUARD, {"code": findings[0].code, **findings[0].facts}
    if FACTS_CHANGED in looks:
        return FACTS_CHANGED, {}
    if letter.contact.address_digest != letter.address_digest:
        return ADDRESS_CHANGED, {}
    if not letter.to_address:
        return NO_EMAIL, {}
    if not MessageBody.objects.filter(pk=letter.pk).exists():
        return "template_error", {}
    return None


def columns_to_leave(letter: Message) -> dict[str, Any]:
    """The columns of a letter that comes back: a draft, or held for what keeps it from leaving."""
    held = what_holds(letter)
    if held is None:
        return {"state": State.DRAFT, "reason_code": "", "reason_facts": {}}
    return {"state": State.HELD, "reason_code": held[0], "reason_facts": held[1]}


def hold_what_may_not_leave(message_id: int) -> Message:
    """Hold a letter that a step back made a draft and that may not leave as it stands; the letter as it is then.

    The caller holds its campaign.
    """
    letter = Message.objects.select_related("campaign", "contact", "review").get(pk=message_id)
    columns = columns_to_leave(letter)
    if letter.state == State.DRAFT and columns["state"] == State.HELD:
        Message.objects.filter(pk=letter.pk, state=State.DRAFT).update(**columns)
        letter.refresh_from_db(fields=list(columns))
    return letter
