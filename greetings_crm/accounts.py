"""Logging in and out, the colleague's own account, and the language of the screens."""

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from customers.login_limit import login_wait, note_failed_login, note_login
from customers.models import User
from greetings_crm.checks import is_loopback

# Everybody knows this password: it opens the accounts of a house of example people, on one's own machine only.
EXAMPLE_PASSWORD = "kafes-2026"


def client_address(request: HttpRequest) -> str:
    """The address that knocks. Behind a proxy of ours the last one it wrote: the others anybody may invent."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")


class LoginForm(AuthenticationForm):
    """Name and password. One sentence for an unknown name, a wrong password and a closed account."""

    error_messages = {
        "invalid_login": _("The name or the password is not right."),
        "inactive": _("The name or the password is not right."),
        "too_many": _("Too many tries. Try again in %(minutes)s minutes."),
        "example": _(
            "Everybody knows this password: it belongs to the example house. "
            "Whoever looks after the machine sets a new one with: manage.py changepassword"
        ),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")

    def clean(self) -> dict:
        username, address, now = self.cleaned_data.get("username"), client_address(self.request), timezone.now()
        if not username:
            return super().clean()
        if self.cleaned_data.get("password") == EXAMPLE_PASSWORD and not is_loopback(settings.SITE_URL):
            # Said of any name, so it tells nobody which accounts there are.
            raise ValidationError(self.error_messages["example"], code="example")
        if wait := login_wait(username=username, address=address, now=now):
            minutes = int(wait.total_seconds() // 60)
            raise ValidationError(self.error_messages["too_many"], code="too_many", params={"minutes": minutes})
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failed_login(username=username, address=address, now=now)
            raise
        if self.get_user() is not None:  # without a password nothing was tried
            note_login(username=username, address=address, now=now)
        return cleaned


class AdminLoginForm(LoginForm):
    """The door of the admin: the same lock and the same sentence, for those who may come in there."""

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if not user.is_staff:
            raise self.get_invalid_login_error()


class LoginView(auth_views.LoginView):
    """The door. Django checks `next` and gives the session a new key."""

    form_class = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: LoginForm) -> HttpResponse:
        response = super().form_valid(form)
        if language := form.get_user().language:
            remember_language(response, language)
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language of the screens in the browser, as Django's own switch does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the screens; a colleague finds it again on the next device."""
    response = django_set_language(request)
    code = request.POST.get("language", "")
    if request.user.is_authenticated and translation.check_for_language(code) and code in dict(settings.LANGUAGES):
        request.user.language = code
        request.user.save(update_fields=["language"])
    return response


class AccountForm(PasswordChangeForm):
    """A new password for oneself."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": _("This is not your present password."),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "old_password": _("Present password"),
            "new_password1": _("New password"),
            "new_password2": _("The new password again"),
        }
        for name, label in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
        self.fields["new_password1"].help_text = _(
            "At least ten characters; not one that many people use, and not like your own name."
        )


class PasswordChangeView(auth_views.PasswordChangeView):
    """Your account: who you are here, a new password, the way out."""

    form_class = AccountForm
    success_url = reverse_lazy("password_change_done")
