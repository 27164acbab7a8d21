"""Greetings to begin from: one for each feast, language and manner of address, for staff to make their own.

Every personal sentence is optional: a starter reads well for somebody of whom we know only the name. Facts
keep to forms that fit any value: a product takes no possessive (it may need a second accent), the house no
article (its gender is not known), and the opening brings its own comma, so Greek goes on in small letters.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_OCCASIONS = {
    "christmas": _("Christmas"),
    "new_year": _("New Year"),
    "easter": _("Easter"),
    "name_day": _("name day"),
}
_MANNERS = {"formal": _("formal"), "informal": _("informal"), "company": _("to a company")}


@dataclass(frozen=True)
class Starter:
    """One greeting to begin from. `register` is "formal", "informal" or "company"; `code` never changes."""

    code: str
    occasion: str
    name: Promise
    language: str
    register: str
    subject: str
    body: str


def starters_for(occasion: str) -> tuple[Starter, ...]:
    """Return the starters of an occasion, at most one per language and register; none for our own occasions."""
    return tuple(starter for starter in STARTERS if starter.occasion == occasion)


def _starter(occasion: str, language: str, register: str, subject: str, *paragraphs: str) -> Starter:
    opening, signature = ("προσφώνηση", "υπογραφή") if language == "el" else ("salutation", "signature")
    body = "\n\n".join([f"{{{{ {opening} }}}}", *paragraphs, f"{{{{ {signature} }}}}"])
    name = format_lazy("{}, {}", _OCCASIONS[occasion], _MANNERS[register])
    return Starter(f"{occasion}-{language}-{register}", occasion, name, language, register, subject, body)


_GREEK = (
    _starter(
        "christmas",
        "el",
        "formal",
        "Καλά Χριστούγεννα και χρόνια πολλά",
        "σας ευχόμαστε καλά Χριστούγεννα, με υγεία και ηρεμία για εσάς και για όσους αγαπάτε.",
        "[[ {{ τόσα_χρόνια }} τώρα μας τιμάτε με την εμπιστοσύνη σας, και σας ευχαριστούμε από καρδιάς. ]]"
        " [[ {{ λόγια }} ]]",
        "Να είστε καλά και να σας βλέπουμε.",
    ),
    _starter(
        "christmas",
        "el",
        "informal",
        "Καλά Χριστούγεννα[[, {{ όνομα }}]]",
        "καλά Χριστούγεννα και χρόνια πολλά σ’\u00a0εσένα και στους δικούς σου.",
        "[[ {{ τόσα_χρόνια }} τώρα χαιρόμαστε κάθε φορά που σε βλέπουμε. ]]"
        " [[ Όποτε πιάνουμε στα χέρια μας {{ το_συνηθισμένο }}, σε σκεφτόμαστε. ]] [[ {{ λόγια }} ]]",
        "Να είσαι πάντα καλά.",
    ),
    _starter(
        "christmas",
        "el",
        "company",
        "Καλά Χριστούγεννα και καλές γιορτές",
        "σας ευχόμαστε καλά Χριστούγεννα, σ’\u00a0εσάς και σε όλους τους ανθρώπους της εταιρείας σας.",
        "Σας ευχαριστούμε για την εμπιστοσύνη που μας δείξατε και φέτος."
        " [[ {{ τόσα_χρόνια }} τώρα δουλεύουμε μαζί, και η συνεργασία μας είναι πολύτιμη για εμάς. ]]",
        "Καλές γιορτές, με υγεία για όλους.",
    ),
    _starter(
        "new_year",
        "el",
        "formal",
        "Καλή χρονιά και χρόνια πολλά",
        "σας ευχόμαστε καλή χρονιά, με υγεία για εσάς και για την οικογένειά σας.",
        "[[ {{ τόσα_χρόνια }} τώρα μας εμπιστεύεστε, και σας ευχαριστούμε. ]] [[ {{ λόγια }} ]]",
        "Ελπίζουμε να σας δούμε σύντομα από κοντά.",
    ),
    _starter(
        "new_year",
        "el",
        "informal",
        "Καλή χρονιά[[, {{ όνομα }}]]",
        "καλή χρονιά. Ευχόμαστε ο καινούργιος χρόνος να σου φέρει υγεία και όσα περιμένεις.",
        "[[ {{ τόσα_χρόνια }} τώρα τα λέμε, και χαιρόμαστε πολύ γι’\u00a0αυτό. ]]"
        " [[ Όποτε πιάνουμε στα χέρια μας {{ το_συνηθισμένο }}, σε σκεφτόμαστε. ]] [[ {{ λόγια }} ]]",
        "Να είσαι καλά και να σε βλέπουμε.",
    ),
    _starter(
        "new_year",
        "el",
        "company",
        "Καλή χρονιά σε όλους σας",
        "σας ευχόμαστε καλή χρονιά, με υγεία και καλές δουλειές για όλους σας.",
        "[[ {{ τόσα_χρόνια }} τώρα συνεργαζόμαστε, και σας ευχαριστούμε. ]] Χαιρόμαστε που θα είμαστε μαζί και φέτος.",
        "Χρόνια πολλά.",
    ),
    _starter(
        "easter",
        "el",
        "formal",
        "Καλό Πάσχα και χρόνια πολλά",
        "σας ευχόμαστε καλό Πάσχα, με υγεία και χαρά στο σπίτι σας.",
        "[[ {{ τόσα_χρόνια }} τώρα μας τιμάτε με την εμπιστοσύνη σας, και σας ευχαριστούμε. ]] [[ {{ λόγια }} ]]",
        "Χρόνια πολλά σ’\u00a0εσάς και σε όσους θα έχετε κοντά σας.",
    ),
    _starter(
        "easter",
        "el",
        "informal",
        "Καλό Πάσχα[[, {{ όνομα }}]]",
        "καλό Πάσχα και χρόνια πολλά. Σου ευχόμαστε να το περάσεις όμορφα, με τους ανθρώπους που αγαπάς.",
        "[[ {{ τόσα_χρόνια }} τώρα χαιρόμαστε κάθε φορά που σε βλέπουμε. ]] [[ {{ λόγια }} ]]",
        "Να είσαι πάντα καλά.",
    ),
    _starter(
        "easter",
        "el",
        "company",
        "Καλό Πάσχα σε όλους σας",
        "σας ευχόμαστε καλό Πάσχα και χρόνια πολλά, σ’\u00a0εσάς και στις οικογένειές σας.",
        "Σας ευχαριστούμε για τη συνεργασία. [[ {{ τόσα_χρόνια }} τώρα τη χαιρόμαστε, και θέλουμε να συνεχιστεί. ]]",
    ),
    _starter(
        "name_day",
        "el",
        "formal",
        "Χρόνια πολλά για τη γιορτή σας",
        "σας ευχόμαστε χρόνια πολλά για τη γιορτή σας, με υγεία και κάθε χαρά.",
        "[[ {{ τόσα_χρόνια }} τώρα μας τιμάτε με την εμπιστοσύνη σας, και σας ευχαριστούμε γι’\u00a0αυτό. ]]"
        " [[ {{ λόγια }} ]]",
        "Να χαίρεστε το όνομά σας.",
    ),
    _starter(
        "name_day",
        "el",
        "informal",
        "Χρόνια πολλά για τη γιορτή σου[[, {{ όνομα }}]]",
        "χρόνια πολλά για τη γιορτή σου. Να χαίρεσαι το όνομά σου.",
        "[[ {{ τόσα_χρόνια }} τώρα χαιρόμαστε κάθε φορά που σε βλέπουμε. ]]"
        " [[ Όποτε πιάνουμε στα χέρια μας {{ το_συνηθισμένο }}, σε σκεφτόμαστε. ]] [[ {{ λόγια }} ]]",
        "Να είσαι πάντα καλά.",
    ),
)

_ENGLISH = (
    _starter(
        "christmas",
        "en",
        "formal",
        "A happy Christmas to you",
        "We wish you a happy Christmas, with health and peace for you and for those you love.",
        "[[ {{ years_with_us }} of your trust: thank you, from all of us. ]] [[ {{ quotable }} ]]",
        "Be well, and we hope to see you soon.",
    ),
    _starter(
        "christmas",
        "en",
        "informal",
        "Merry Christmas[[, {{ first_name }}]]",
        "Merry Christmas to you and yours.",
        "[[ {{ years_with_us }} of seeing you, and it is a pleasure every time. ]]"
        " [[ Whenever we reach for the {{ usual_product_accusative }}, we think of you. ]]"
        " [[ {{ quotable }} ]]",
        "Take care, and see you soon.",
    ),
    _starter(
        "christmas",
        "en",
        "company",
        "A happy Christmas to all of you",
        "We wish you and all your people a happy Christmas and restful holidays.",
        "Thank you for the trust you have shown us this year."
        " [[ {{ years_with_us }} of working together is something we value. ]]",
        "With our best wishes to everyone.",
    ),
    _starter(
        "new_year",
        "en",
        "formal",
        "A happy New Year to you",
        "We wish you a happy New Year, with health for you and your family.",
        "[[ {{ years_with_us }} of your trust: thank you. ]] [[ {{ quotable }} ]]",
        "We hope to see you soon.",
    ),
    _starter(
        "new_year",
        "en",
        "informal",
        "Happy New Year[[, {{ first_name }}]]",
        "Happy New Year. May it bring you health, and what you are hoping for.",
        "[[ {{ years_with_us }} of seeing you, and it is a pleasure every time. ]]"
        " [[ Whenever we reach for the {{ usual_product_accusative }}, we think of you. ]]"
        " [[ {{ quotable }} ]]",
        "Take care, and see you soon.",
    ),
    _starter(
        "new_year",
        "en",
        "company",
        "A good New Year to all of you",
        "We wish all of you a good New Year, with health and good work.",
        "[[ {{ years_with_us }} of working together: thank you. ]] We are glad to go on with you.",
        "With our best wishes.",
    ),
    _starter(
        "easter",
        "en",
        "formal",
        "A happy Easter to you",
        "We wish you a happy Easter, with health and joy in your home.",
        "[[ {{ years_with_us }} of your trust: thank you. ]] [[ {{ quotable }} ]]",
        "With our best wishes to you and to those around you.",
    ),
    _starter(
        "easter",
        "en",
        "informal",
        "Happy Easter[[, {{ first_name }}]]",
        "Happy Easter. We hope you spend it well, with the people you love.",
        "[[ {{ years_with_us }} of seeing you, and it is a pleasure every time. ]] [[ {{ quotable }} ]]",
        "Take care.",
    ),
    _starter(
        "easter",
        "en",
        "company",
        "A happy Easter to all of you",
        "We wish you and your families a happy Easter.",
        "Thank you for working with us. [[ {{ years_with_us }} of it, and we hope for many more. ]]",
    ),
    _starter(
        "name_day",
        "en",
        "formal",
        "Our wishes for your name day",
        "We wish you many happy returns of your name day, with health and every joy.",
        "[[ {{ years_with_us }} of your trust: thank you. ]] [[ {{ quotable }} ]]",
        "With our best wishes.",
    ),
    _starter(
        "name_day",
        "en",
        "informal",
        "Happy name day[[, {{ first_name }}]]",
        "Happy name day, and many happy returns.",
        "[[ {{ years_with_us }} of seeing you, and it is a pleasure every time. ]]"
        " [[ Whenever we reach for the {{ usual_product_accusative }}, we think of you. ]]"
        " [[ {{ quotable }} ]]",
        "Take care, and see you soon.",
    ),
)

STARTERS: tuple[Starter, ...] = _GREEK + _ENGLISH
