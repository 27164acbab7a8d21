"""Numbers of lists on pages: a hundred thousand rows are read at a glance only with their thousands set apart."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Return 100000 as 100.000, or as the reader's language writes it."""
    return number_format(number, use_l10n=True, force_grouping=True)
