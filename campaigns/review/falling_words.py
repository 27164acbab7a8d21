"""Why somebody falls out, in words: the reason of all together, and for one of them with whom, by whom and when."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.reasons import letter_reason
from campaigns.review.falling_alone import ADDRESS, HOUSEHOLD, THROUGH, WISHED, Reason
from customers.models import Contact

_PEOPLE_SHOWN = 3


def reason_in_full(reason: Reason, *, names: Mapping[int, str], campaigns: Mapping[int, str]) -> str:
    """The reason of one person, with the name of whom they share with or of the greeting that reached them.

    `names` and `campaigns` as `named` read them.
    """
    code, facts = reason
    said = letter_reason(code, facts)
    if code in (HOUSEHOLD, ADDRESS):
        return _("%(reason)s: %(name)s") % {"reason": said, "name": names.get(facts["contact"], _("somebody"))}
    if code == THROUGH:
        people = [names[pk] for pk in facts["contacts"][:_PEOPLE_SHOWN] if pk in names]
        return _("%(reason)s: %(name)s") % {"reason": said, "name": ", ".join(people) or _("somebody")}
    if code == WISHED and facts["campaign"] in campaigns:
        return _("%(reason)s: %(name)s") % {"reason": said, "name": campaigns[facts["campaign"]]}
    return said


def named(reasons: Iterable[Reason]) -> tuple[dict[int, str], dict[int, str]]:
    """The names of the people and greetings that these reasons speak of; two statements."""
    people, greetings = set(), set()
    for code, facts in reasons:
        if code in (HOUSEHOLD, ADDRESS):
            people.add(facts["contact"])
        elif code == THROUGH:
            people.update(facts["contacts"][:_PEOPLE_SHOWN])
        elif code == WISHED:
            greetings.add(facts["campaign"])
    names = {contact.pk: contact.name for contact in Contact.objects.filter(pk__in=people)}
    return names, dict(Campaign.objects.filter(pk__in=greetings).values_list("pk", "name"))
