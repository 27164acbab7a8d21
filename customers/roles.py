"""Who may do what: three groups made by a migration. A role includes those before it."""

from functools import wraps

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

STAFF, MANAGER, ADMIN = ROLES = ("staff", "manager", "admin")
ROLE_LABELS = {
    STAFF: _("staff: writes greetings, keeps notes"),
    MANAGER: _("manager: approves and sends too"),
    ADMIN: _("admin: brings lists and keeps the colleagues too"),
}


def role_of(user) -> str:
    """Return the highest role of `user`, or "" for somebody without one. One query per request."""
    if user.is_superuser:
        return ADMIN
    if not hasattr(user, "_role"):
        names = set(user.groups.values_list("name", flat=True))
        user._role = next((role for role in reversed(ROLES) if role in names), "")
    return user._role


def has_role(user, role: str) -> bool:
    """True when `user` has `role` or one above it."""
    own = role_of(user)
    return bool(own) and ROLES.index(own) >= ROLES.index(role)


def role_required(role: str):
    """Let a view in only for `role` and those above; others get 403 (login is asked by the middleware)."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not has_role(request.user, role):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def colleagues(role: str = STAFF):
    """Everybody of the house who is active and has `role` or one above."""
    User = get_user_model()
    names = ROLES[ROLES.index(role) :]
    return (
        (User.objects.filter(groups__name__in=names) | User.objects.filter(is_superuser=True))
        .filter(is_active=True)
        .distinct()
    )


def grant_permissions(sender, using: str, **kwargs) -> None:
    """Give the admin role every permission on our models, those a later migration adds as well.

    Called after migrating, once the permissions exist; the groups are made here too where a database was emptied
    together with what its migrations had put in.
    """
    groups = {name: Group.objects.using(using).get_or_create(name=name)[0] for name in ROLES}
    ours = Permission.objects.using(using).filter(content_type__app_label__in=("customers", "campaigns"))
    groups[ADMIN].permissions.set(ours)
