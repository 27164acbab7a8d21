"""The reasons and notes of rows by kind, in a few words each, for choosing rows by them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# In the order a person looks at them: what needs somebody first.
REASON_KINDS: dict[str, str] = {
    "nothing_to_reach": gettext_noop("nothing to reach them by"),
    "mourning": gettext_noop("mourning"),
    "deceased": gettext_noop("a death"),
    "complaint": gettext_noop("a complaint"),
    "no_letters": gettext_noop("no letters wanted"),
    "suppressed": gettext_noop("asked us not to write"),
    "email": gettext_noop("an e-mail that cannot be right"),
    "phone": gettext_noop("a phone that cannot be right"),
    "date": gettext_noop("a date that cannot be read"),
    "number": gettext_noop("a number that cannot be read"),
    "email_of_another": gettext_noop("the e-mail of somebody else"),
    "tax_number_of_another": gettext_noop("the ΑΦΜ of somebody else"),
    "code_of_another": gettext_noop("the code of somebody else"),
    "person_key_of_another": gettext_noop("the identifier of somebody else"),
    "maybe_same_person": gettext_noop("perhaps one person"),
    "name_missing": gettext_noop("no name"),
    "name_unsure": gettext_noop("a name that is not sure"),
    "letter_unreadable": gettext_noop("a letter that cannot be read"),
    "register": gettext_noop("neither singular nor plural"),
    "owner": gettext_noop("no colleague of ours"),
    "same_code": gettext_noop("the same code"),
    "same_tax_number": gettext_noop("the same ΑΦΜ and name"),
    "same_email": gettext_noop("the same e-mail and name"),
    "same_phone": gettext_noop("the same phone and name"),
    "same_person_key": gettext_noop("our own identifier"),
    "typed_kept": gettext_noop("typed by a colleague, stays"),
    "typed_written": gettext_noop("typed by a colleague, written over"),
    "remark_left_out": gettext_noop("a remark that was left out"),
    "not_greeted": gettext_noop("never greeted"),
    "no_room": gettext_noop("too long, or one too many"),
    "document_missing": gettext_noop("no document number"),
    "document_incomplete": gettext_noop("a document with a line that cannot be read"),
    "document_two_heads": gettext_noop("a document with two customers or dates"),
    "document_known": gettext_noop("a document that is here already"),
    "customer_unknown": gettext_noop("a customer nobody knows"),
    "since": gettext_noop("changed since the rehearsal"),
    "other": gettext_noop("something else"),
}
_KIND_OF = {
    "code_rounded": "number",
    "register_unknown": "register",
    "owner_unknown": "owner",
    "owner_of_several": "owner",
    "phone_no_room": "no_room",
    "text_too_long": "no_room",
    "contact_gone": "since",
    "customer_gone": "since",
    "code_taken_since": "since",
}


def kind_of_reason(code: str) -> str:
    """Return the kind of a reason or note; "other" for one that has none of its own."""
    if code in REASON_KINDS:
        return code
    beginning = code.partition("_")[0]
    return _KIND_OF.get(code) or (beginning if beginning in REASON_KINDS else "other")


def kind_name(kind: str) -> str:
    """Return a kind of reason in a few words."""
    return _(REASON_KINDS[kind])
