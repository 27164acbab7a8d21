"""What was just done in the review room, or why nothing was, in one sentence; and why a letter was set aside."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from campaigns.models import Message
from customers.reasons import one_stop

_SENTENCES: dict[str, str] = {
    "tick": gettext_noop("Ticked: %(name)s."),
    "already": gettext_noop("It was ticked already: %(name)s."),
    "aside": gettext_noop("Set aside: %(name)s."),
    "back": gettext_noop("Back on the pile: %(name)s."),
    "edit": gettext_noop("Your words are in the letter: %(name)s."),
    "clear_edit": gettext_noop("The letter says again what was prepared: %(name)s."),
    "edit_unnamed": gettext_noop("Your words are in the letter, and it no longer calls its reader by name: %(name)s."),
    "keep_edit": gettext_noop("The words written by hand stay: %(name)s."),
    "confirm": gettext_noop("Confirmed: %(name)s."),
    "by_call": gettext_noop("A call instead of the letter: %(name)s."),
    "by_card": gettext_noop("A card instead of the letter: %(name)s."),
    "by_text": gettext_noop("A message instead of the letter: %(name)s."),
    "name": gettext_noop("The name is settled for good, and the letter written anew: %(name)s."),
    "name_same": gettext_noop("The name is settled for good; the letter says the same: %(name)s."),
    "new_words": gettext_noop("The letter says what we know today: %(name)s."),
    "same_words": gettext_noop("The letter says that already: %(name)s."),
    "unchanged": gettext_noop("Nothing has changed: %(name)s."),
    "undone": gettext_noop("Taken back: %(name)s."),
    "nothing": gettext_noop("There is nothing to take back in this sitting."),
    "gone": gettext_noop("This letter is not there any more: the letters were prepared anew."),
    "letter": gettext_noop("Nothing was done, as it stands now: %(name)s."),
    "held": gettext_noop("It cannot be ticked while it is held; the reason stands beside it: %(name)s."),
    "moved": gettext_noop("The letter has changed meanwhile. Nothing was written; look once more: %(name)s."),
    "moved_by": gettext_noop("%(colleague)s has ticked it meanwhile. Nothing was written: %(name)s."),
    "changed": gettext_noop("The card has changed meanwhile. Nothing was written; look once more: %(name)s."),
}

WHY_WORDS = {
    "wait": gettext_lazy("we wait for something first"),
    "spoken": gettext_lazy("somebody has already spoken with them"),
    "not_now": gettext_lazy("this is not the moment"),
    "other": gettext_lazy("another reason"),
}


def said(code: str, facts: Mapping[str, Any], *, letter: Message | None) -> str:
    """Return what was done, or why nothing was. The name is read now: it may just have been mended."""
    name = letter.contact.name if letter else ""
    if letter is None and code != "nothing":
        code = "gone"
    if code == "tick_alike":
        count = int(facts.get("count", 0))
        told = ngettext(
            "Ticked, and with it %(count)s that says the same: %(name)s.",
            "Ticked, and with it %(count)s that say the same: %(name)s.",
            count,
        )
        return one_stop(told % {"count": count, "name": name}, name=name)
    if code == "moved" and facts.get("colleague"):
        code = "moved_by"
    return one_stop(_(_SENTENCES[code]) % {"colleague": "", **facts, "name": name}, name=name)


def aside_words(facts: Mapping[str, Any]) -> str:
    """Return who set a letter aside and why."""
    own, kind = str(facts.get("why") or ""), str(facts.get("kind") or "other")
    why = own or str(WHY_WORDS.get(kind, WHY_WORDS["other"]))
    if own and kind in WHY_WORDS and kind != "other":
        why = f"{WHY_WORDS[kind]} · {own}"
    if facts.get("by"):
        return _("set aside by %(name)s: %(why)s") % {"name": facts["by"], "why": why}
    return _("set aside: %(why)s") % {"why": why}
