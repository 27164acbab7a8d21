"""How a letter's person is reached by hand, for the panel of the review room, which is given only the letter."""

from django import template
from django.utils import timezone

from campaigns.models import Message
from campaigns.review.by_hand.listing import HandWords, hand_words, texts_of
from campaigns.review.by_hand.sentences import WAYS

register = template.Library()


@register.simple_tag
def words_by_hand(letter: Message) -> HandWords:
    """The numbers, the address and the words of one letter."""
    return hand_words(letter.contact, texts_of([letter], now=timezone.now())[letter.pk])


@register.filter
def way_word(channel: str) -> str:
    return str(WAYS.get(channel, ""))
