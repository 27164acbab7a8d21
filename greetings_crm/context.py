"""What every page may say: the house, and the colleague's role."""

from django.conf import settings
from django.http import HttpRequest

from customers.roles import role_of


def house(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    return {
        "house_name": settings.HOUSE_NAME,
        "house_postal_address": settings.HOUSE_POSTAL_ADDRESS,
        "demo": settings.DEMO,
        "role": role_of(user) if user is not None and user.is_authenticated else "",
    }
