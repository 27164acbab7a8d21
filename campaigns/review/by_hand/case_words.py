"""A call asked for in the place of a letter, in words: of whom, for when, and whether it was made."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.models import FollowUp


def call_words(call: FollowUp, *, solved: bool) -> str:
    """The sentence beside a person who was left out because of a complaint; `solved` when it has been put right."""
    if call.done_at:
        return _("%(name)s called them.") % {"name": call.done_by}
    day = date_format(call.due_on, "j E")
    if call.owner:
        asked = _("A call by %(day)s was asked for. Whose: %(name)s.") % {"day": day, "name": call.owner}
    else:
        asked = _("A call by %(day)s was asked for; nobody has taken it yet.") % {"day": day}
    return f"{asked} {_('It has been put right since: a line by hand is welcome.')}" if solved else asked
