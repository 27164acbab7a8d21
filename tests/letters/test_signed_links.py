"""Links are signed once a letter, quickly; those of earlier letters stay good whatever signs them."""

import secrets

from django.conf import settings
from django.core.signing import Signer

from campaigns.links import UNSUBSCRIBE, link_token, read_token


def django_signer(*, key: str) -> Signer:
    return Signer(key=key, salt=f"greetings_crm.link.{UNSUBSCRIBE}", sep=".")


def test_a_link_bears_the_signature_that_django_gives():
    digests = [secrets.token_hex(32) for _person in range(50)]

    assert [link_token(UNSUBSCRIBE, digest) for digest in digests] == [
        django_signer(key=settings.LINK_KEY).sign(digest) for digest in digests
    ]


def test_a_link_that_django_signed_is_read():
    digest = secrets.token_hex(32)

    assert read_token(UNSUBSCRIBE, django_signer(key=settings.LINK_KEY).sign(digest)) == digest
    assert read_token(UNSUBSCRIBE, django_signer(key="of somebody else").sign(digest)) is None


def test_a_link_signed_with_a_former_key_of_django_is_read_as_django_reads_it(settings):
    digest = secrets.token_hex(32)
    settings.SECRET_KEY_FALLBACKS = ["of former days"]
    settings.LINK_KEY = "of today"

    assert read_token(UNSUBSCRIBE, django_signer(key="of former days").sign(digest)) == digest
