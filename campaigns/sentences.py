"""How a greeting stands, in one sentence, and what its classes of letters are called. The same words everywhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from campaigns.models import Campaign, GreetingVariant
from campaigns.reasons import clock, reason_group
from campaigns.review.aside import BY_HAND
from campaigns.segments import RuleError, rule_label
from customers.models import User
from customers.reasons import side_by_side

State = Campaign.State

CLASS_NAMES = {
    "reached": gettext_lazy("Reached"),
    "waiting": gettext_lazy("Queued"),
    "held": gettext_lazy("Held"),
    "left_out": gettext_lazy("Left out"),
    "failed": gettext_lazy("Came back"),
    "uncertain": gettext_lazy("Uncertain"),
    "cancelled": gettext_lazy("Called off"),
}
# The same of one letter alone; several languages bend them.
LETTER_NAMES = {
    "reached": pgettext_lazy("one letter", "Sent"),
    "waiting": pgettext_lazy("one letter", "Queued"),
    "held": pgettext_lazy("one letter", "Held"),
    "left_out": pgettext_lazy("one letter", "Left out"),
    "failed": pgettext_lazy("one letter", "Came back"),
    "uncertain": pgettext_lazy("one letter", "Uncertain"),
    "cancelled": pgettext_lazy("one letter", "Called off"),
}
# A scheduled campaign begins at the next sweep; later than this something is not running.
BEGINS_WITHIN = timedelta(minutes=2)
# State of a campaign -> (icon, colour) of its mark.
STATE_MARKS = {
    State.DRAFT: ("s-draft", ""),
    State.PREPARING: ("s-now", "state-now"),
    State.IN_REVIEW: ("s-held", "state-wait"),
    State.APPROVED: ("s-queued", "state-good"),
    State.SCHEDULED: ("s-queued", "state-good"),
    State.SENDING: ("s-now", "state-now"),
    State.PAUSED: ("pause", "state-wait"),
    State.FINISHED: ("s-sent", "state-sent"),
    State.CANCELLED: ("s-out", ""),
}
MANNER_NAMES = {
    GreetingVariant.Manner.FORMAL.value: gettext_lazy("plural"),
    GreetingVariant.Manner.INFORMAL.value: gettext_lazy("singular"),
    GreetingVariant.Manner.COMPANY.value: gettext_lazy("company"),
}
# The reason a letter waits in somebody's hand -> the way in which it will be said.
_HANDS = {code: channel for channel, code in BY_HAND.items()}
LANGUAGE_NAMES = {"el": "Ελληνικά", "en": "English"}


def variant_name(language: str, manner: str) -> str:
    """What a variant is called on its tab: the manner for Greek, the language (and a rare manner) for others."""
    manner_name = str(MANNER_NAMES[manner])
    if language == "el":
        return manner_name
    name = LANGUAGE_NAMES.get(language, language)
    return name if manner == GreetingVariant.Manner.FORMAL else f"{name}, {manner_name}"


def people_words(rule: dict) -> str:
    """Whom a rule chooses, in words that are true whoever reads them."""
    if rule.get("choose") == "own_people":
        owner = User.objects.filter(pk=rule.get("owner")).first()
        return _("the people of one colleague: %(name)s") % {"name": owner or _("nobody")}
    try:
        return rule_label(rule)
    except RuleError:
        return _("Nobody yet")


def is_too_late(campaign: Campaign, *, now: datetime) -> bool:
    """True for a greeting that can no longer begin: its last sensible hour has gone by."""
    not_begun = campaign.state in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED)
    return not_begun and campaign.give_up_at is not None and campaign.give_up_at <= now


def campaign_sentence(
    campaign: Campaign, classes: dict[str, int], *, now: datetime, reached_by: Mapping[str, int]
) -> str:
    """How a greeting stands, in one sentence with its numbers. `classes` are its letters by class, `reached_by` how
    those were reached who were (see `coverage`): what a hand has done is told beside the letters, as in the table.
    """
    sent, waiting, by_hand = reached_by["letter"], classes["waiting"], _by_hand(reached_by)
    letters = sent + waiting + classes["failed"] + classes["uncertain"]
    if campaign.state == State.DRAFT:
        return _("It is being written; no letters have been prepared yet.")
    if campaign.state == State.PREPARING:
        return _("The letters are being prepared: %(done)s of %(all)s.") % {
            "done": campaign.prepared_count,
            "all": campaign.chosen_count,
        }
    if is_too_late(campaign, now=now):
        return ngettext(
            "%(count)s letter was ready; it did not leave.", "%(count)s letters were ready; none left.", waiting
        ) % {"count": waiting}
    if campaign.state == State.IN_REVIEW:
        return ngettext(
            "%(count)s letter is ready and waits for an approval.",
            "%(count)s letters are ready and wait for an approval.",
            waiting,
        ) % {"count": waiting}
    if campaign.state == State.APPROVED:
        return ngettext(
            "%(count)s letter is approved and waits for the word to leave.",
            "%(count)s letters are approved and wait for the word to leave.",
            waiting,
        ) % {"count": waiting}
    if campaign.state == State.SCHEDULED:
        return _scheduled(campaign, waiting, now=now)
    if campaign.state == State.CANCELLED:
        said = ngettext(
            "It was called off; %(sent)s letter had left before.",
            "It was called off; %(sent)s letters had left before.",
            sent,
        ) % {"sent": sent}
        return _joined(said, by_hand)
    if campaign.state == State.FINISHED and sent == letters and not classes["held"] and not classes["cancelled"]:
        return _nobody_forgotten(sent, by_hand)
    said = ngettext("%(sent)s of %(all)s letter has gone.", "%(sent)s of %(all)s letters have gone.", letters) % {
        "sent": sent,
        "all": letters,
    }
    others = _the_others(classes) if campaign.state == State.FINISHED else ""
    return _joined(said if letters or not by_hand else "", by_hand, others)


def _joined(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


def _by_hand(reached_by: Mapping[str, int]) -> str:
    """«By hand: 2 cards, 3 calls.», "" where no hand has reached anybody."""
    ways = ways_words(reached_by)
    return _("By hand: %(ways)s.") % {"ways": ways} if ways else ""


def _nobody_forgotten(sent: int, by_hand: str) -> str:
    if not by_hand:
        return ngettext(
            "The one letter has gone. Nobody twice, nobody forgotten.",
            "All %(count)s have gone. Nobody twice, nobody forgotten.",
            sent,
        ) % {"count": sent}
    letters = ngettext("The one letter has gone.", "All %(count)s letters have gone.", sent) % {"count": sent}
    return _joined(letters if sent else "", by_hand, _("Nobody twice, nobody forgotten."))


def _scheduled(campaign: Campaign, waiting: int, *, now: datetime) -> str:
    facts = {"count": waiting, "when": clock(campaign.scheduled_at)}
    if campaign.scheduled_at + BEGINS_WITHIN < now:
        return _("They were to begin on %(when)s; they leave as soon as the program that sends runs again.") % facts
    said = ngettext(
        "%(count)s letter leaves by itself on %(when)s.", "%(count)s letters leave by themselves on %(when)s.", waiting
    )
    return said % facts


def _the_others(classes: dict[str, int]) -> str:
    """Where the letters are that set out and have not gone, so that the sentence adds up."""
    failed, uncertain = classes["failed"], classes["uncertain"]
    parts = (
        (failed, ngettext("%(count)s came back.", "%(count)s came back.", failed)),
        (uncertain, ngettext("%(count)s is uncertain.", "%(count)s are uncertain.", uncertain)),
    )
    return " ".join(words % {"count": count} for count, words in parts if count)


def ways_words(counts: Mapping[str, int]) -> str:
    """«2 cards, 3 calls»: how many by each way of the hand (channel -> count); "" for none."""
    cards, calls, texts = (counts.get(channel, 0) for channel in ("card", "call", "text"))
    parts = (
        (calls, ngettext("%(count)s call", "%(count)s calls", calls)),
        (cards, ngettext("%(count)s card", "%(count)s cards", cards)),
        (texts, ngettext("%(count)s message", "%(count)s messages", texts)),
    )
    return ", ".join(words % {"count": count} for count, words in parts if count)


def reached_meaning(reached_by: Mapping[str, int], *, in_mailbox: bool) -> str:
    """How those were reached who were: by letter, and by which hand. `reached_by` is that of `coverage`."""
    by_hand = _by_hand(reached_by)
    said = _("They lie in the house’s own mailbox.") if in_mailbox else _("The recipient’s mail server has taken them.")
    if not by_hand:
        return said
    if not reached_by["letter"]:
        return by_hand
    letters = ngettext("%(count)s letter", "%(count)s letters", reached_by["letter"]) % {"count": reached_by["letter"]}
    return _("%(letters)s; by hand: %(ways)s.") % {"letters": letters, "ways": ways_words(reached_by)}


def _held_meaning(reasons: list[tuple[str, int]]) -> str:
    """What held letters wait for: a decision, or the hand of the colleague who has taken them."""
    by_hand = ways_words({_HANDS[code]: count for code, count in reasons if code in _HANDS})
    undecided = [(code, count) for code, count in reasons if code not in _HANDS]
    told = side_by_side(f"{reason_group(code)} ({count})" for code, count in undecided[:3])
    said = [_("Want a decision: %(reasons)s.") % {"reasons": told}] if told else []
    said += [_("In a colleague’s hand: %(ways)s.") % {"ways": by_hand}] if by_hand else []
    return " ".join(said) or _("Want a decision.")


def class_meaning(name: str, *, campaign: Campaign, reasons: list[tuple[str, int]]) -> str:
    """What a class of letters other than those reached means now, for the last column of the table."""
    if name == "waiting":
        if campaign.state in (State.DRAFT, State.PREPARING, State.IN_REVIEW):
            return _("Prepared, not yet approved.")
        return _("Approved and waiting.")
    if name == "held":
        return _held_meaning(reasons)
    return {
        "left_out": _("Each for a reason, below."),
        "failed": _("The mail server would not take them."),
        "uncertain": _("No answer came; we do not know whether they went."),
        "cancelled": _("They do not leave any more."),
    }[name]
