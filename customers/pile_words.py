"""Sentences of «Γνωριμία», made from codes and facts when a page is read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

import etiquette
from customers.models import Contact

_SENTENCES: dict[str, str] = {
    "informal": gettext_noop("%(name)s: in the singular from now on."),
    "formal": gettext_noop("%(name)s: in the plural from now on."),
    "passed": gettext_noop("%(name)s: now we ask the others."),
    "asked": gettext_noop("%(name)s: now it is asked of %(colleague)s."),
    "nobody_knows": gettext_noop("%(name)s: none of us knows them. The plural stays, and the house signs."),
    "later": gettext_noop("%(name)s: later, when the others are done."),
    "owner": gettext_noop("%(name)s: looked after by %(colleague)s."),
    "owner_house": gettext_noop("%(name)s: looked after by the house."),
    "no_colleague": gettext_noop("%(name)s: that colleague is no longer here. Nothing was written."),
    "known_as": gettext_noop("%(name)s: we say %(known_as)s."),
    "name": gettext_noop("The name is settled: %(name)s."),
    "undone": gettext_noop("Taken back: %(name)s."),
    "unchanged": gettext_noop("%(name)s: nothing has changed."),
    "already": gettext_noop("%(name)s: there is an answer already, %(register)s. It stays as it is."),
    "already_by": gettext_noop("%(name)s: %(colleague)s has answered meanwhile, %(register)s. It stays as it is."),
    "changed": gettext_noop("%(name)s: the card has changed meanwhile. Nothing was written; look once more."),
    "changed_by": gettext_noop("%(name)s: %(colleague)s has changed the card meanwhile. Nothing was written."),
    "owner_changed": gettext_noop("%(name)s: looked after by the house meanwhile. Nothing was written."),
    "owner_changed_by": gettext_noop("%(name)s: looked after by %(colleague)s meanwhile. Nothing was written."),
    "changed_since": gettext_noop("%(name)s: the card has changed since. Nothing was taken back."),
    "changed_since_by": gettext_noop("%(name)s: %(colleague)s has changed the card since. Nothing was taken back."),
    "nothing": gettext_noop("There is nothing to take back in this sitting."),
    "gone": gettext_noop("We do not ask about this contact any more."),
}
_WITH_COLLEAGUE = ("already", "changed", "owner_changed", "changed_since")


def said(code: str, facts: Mapping[str, Any], *, contact: Contact | None) -> str:
    """Return what has just been done, as one sentence. The name is read now: it may have been corrected."""
    known = {"name": contact.name if contact else "", "colleague": "", **facts}
    if "register" in known:
        known["register"] = Contact.Register(known["register"]).label
    if code in _WITH_COLLEAGUE and known["colleague"]:
        code = f"{code}_by"
    if code == "owner" and not known["colleague"]:
        code = "owner_house"
    if contact is None and code != "nothing":
        code = "gone"
    return _(_SENTENCES[code]) % known


def known_as_question(contact: Contact, known_as: str) -> str:
    """Ask whether a familiar form is theirs («Τον λένε Γιώργο;»). With an unsure case the form stands after a colon."""
    form, sure = known_as, True
    if get_language() == "el":
        answer = etiquette.accusative(known_as, gender=contact.gender)
        form, sure = (answer.text, not answer.needs_review)
    if sure and contact.gender == Contact.Gender.MAN:
        return _("Is he called %(known_as)s?") % {"known_as": form}
    if sure and contact.gender == Contact.Gender.WOMAN:
        return _("Is she called %(known_as)s?") % {"known_as": form}
    return _("The name they go by: %(known_as)s?") % {"known_as": known_as}
