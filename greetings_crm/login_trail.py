"""Who came in, who left, and which tries failed, in the audit trail. Whichever door was used."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from customers import audit
from customers.models import User


@receiver(user_logged_in)
def record_login(sender: type, user: User, **more: object) -> None:
    audit.record("log_in", actor=user, now=timezone.now(), obj=user)


@receiver(user_logged_out)
def record_logout(sender: type, user: User | None, **more: object) -> None:
    if user is not None:
        audit.record("log_out", actor=user, now=timezone.now(), obj=user)


@receiver(user_login_failed)
def record_failed_login(sender: str, credentials: dict, **more: object) -> None:
    """Never the name as typed: people type their password there. The account is named when there is one."""
    account = User.objects.filter(username=credentials.get("username", "")).first()
    audit.record("fail_to_log_in", actor=None, now=timezone.now(), obj=account)
