"""Pieces of the frame that every screen has: icons, the menu, the message of what was just done."""

import re
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()
CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
HAS_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")

# What the menu says, where it leads, and the beginnings of the URL names for which it is the current page.
MENU = (
    (_("Today"), "today", ("today",)),
    (_("Customers"), "customers:person-list", ("customers:",)),
    (_("Greetings"), "campaigns:campaign-list", ("campaigns:",)),
    (_("Mailbox"), "campaigns:mailbox-list", ("campaigns:mailbox",)),
)


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Draw an icon of static/img/icons.svg. It is decoration: the word beside it says the same."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f"icon {css_class}".strip(),
        static("img/icons.svg"),
        name,
    )


def _current(view_name: str) -> str:
    """The URL name of the menu entry that owns this page: the longest beginning wins."""
    owners = [(len(start), name) for _label, name, starts in MENU for start in starts if view_name.startswith(start)]
    return max(owners)[1] if owners else ""


@register.inclusion_tag("_partials/menu.html", takes_context=True)
def main_menu(context) -> dict:
    """The links of the letterhead; the page one is on is marked."""
    request = context["request"]
    match = request.resolver_match
    current = _current(match.view_name) if match else ""
    return {
        "entries": [
            {"label": label, "url": reverse(name), "current": name == current} for label, name, _starts in MENU
        ],
        "in_admin": request.user.is_staff,
    }


@register.filter
def alert_class(level_tag: str) -> str:
    """Django's word for the level of a message -> the class of the note."""
    return {"error": "danger", "debug": "info"}.get(level_tag, level_tag)


@register.filter
def greek_lang(text: object) -> SafeString:
    """Return ` lang="el"` for a Greek text on a page in another language, so that a screen reader says it rightly."""
    if get_language() == "el" or not HAS_GREEK.search(str(text)):
        return mark_safe("")
    return mark_safe(' lang="el"')


@register.filter
def money(amount: Decimal, currency: str = "EUR") -> str:
    """Write an amount as the reader's language does: 1.234,56 €. Other currencies keep their three letters."""
    written = number_format(amount, decimal_pos=2, force_grouping=True)
    return f"{written}\u00a0{CURRENCY_SIGNS.get(currency, currency)}"
