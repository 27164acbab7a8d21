"""Small help for the pages of greetings: figures that stand out in a sentence, the mark of a state."""

import re

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from campaigns.models import Campaign
from campaigns.sentences import CLASS_NAMES, LETTER_NAMES, STATE_MARKS, variant_name

register = template.Library()
# Escaped text holds figures of its own in &#39;; they are no figures of the sentence.
# What the editor draws as chips: a fact as it stands, the brackets of an optional sentence.
_PIECES = re.compile(r"(\{\{\s*[\w.]+\s*\}\}|\[\[|\]\])")
_HIDDEN = re.compile(r"(\{\{\s*|\s*\}\}|_)")
_FIGURES = re.compile(r"&#?\w+;|\d+(?:[.,:]\d+)*")


@register.filter
def figures(sentence: str) -> SafeString:
    """Set the figures of a sentence off from its words."""
    return mark_safe(
        _FIGURES.sub(
            lambda found: found[0] if found[0].startswith("&") else f"<b>{found[0]}</b>",
            conditional_escape(sentence),
        )
    )


@register.filter
def chips(source: str) -> SafeString:
    """Words that are only read, their facts drawn as in the editor; what one copies is still the source."""
    return format_html_join("", "{}", ((_drawn(piece),) for piece in _PIECES.split(source)))


def _drawn(piece: str) -> str:
    if piece in ("[[", "]]"):
        return format_html('<mark class="maybe">{}</mark>', piece)
    if not _PIECES.fullmatch(piece):
        return piece
    parts = ((format_html("<i>{}</i>", part) if _HIDDEN.fullmatch(part) else part,) for part in _HIDDEN.split(piece))
    return format_html("<mark>{}</mark>", format_html_join("", "{}", parts))


@register.filter
def state_icon(campaign: Campaign) -> str:
    return STATE_MARKS[campaign.state][0]


@register.filter
def state_class(campaign: Campaign) -> str:
    return STATE_MARKS[campaign.state][1]


@register.filter
def class_word(name: str) -> str:
    return str(CLASS_NAMES[name])


@register.filter
def letter_word(name: str) -> str:
    """The word for the class of one letter, where `class_word` speaks of all in it."""
    return str(LETTER_NAMES[name])


@register.simple_tag
def variant_word(language: str, manner: str) -> str:
    return variant_name(language, manner)


@register.filter
def unlocalised(number: float) -> str:
    """A number as SVG writes it, whatever the language of the page."""
    return f"{number:g}"
