"""What the words of a version promise or sell, for whoever approves them and whoever stands at the counter."""

from django.core.cache import cache

from campaigns.models import GreetingVariant, GreetingVersion
from campaigns.writing.checks import invitations_in, sells

# Words of a version never change.
_KEPT_SECONDS = 3600


def promised_in(version_id: int) -> list[tuple[str, str, str]]:
    """(language, manner, sentence) of each invitation and promise in the words of a version."""

    def read() -> list[tuple[str, str, str]]:
        return [
            (variant.language, variant.manner, invitation.text)
            for variant in GreetingVariant.objects.filter(version=version_id).order_by("pk")
            for invitation in invitations_in(variant.body, variant.language)
        ]

    return cache.get_or_set(f"version-promises:{version_id}", read, _KEPT_SECONDS)


def sold_in(version: GreetingVersion) -> list[tuple[str, str]]:
    """(language, words) of what a version offers for sale; figures that only look like a price are none."""
    return [
        (variant.language, found.found)
        for variant in version.variants.order_by("pk")
        for found in sells(subject=variant.subject, body=variant.body, language=variant.language)
        if found.code == "selling"
    ]
