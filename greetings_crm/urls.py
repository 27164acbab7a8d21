from django.contrib import admin
from django.contrib.auth.views import LogoutView, PasswordChangeDoneView
from django.urls import include, path

from customers.roles import STAFF, role_required
from greetings_crm import accounts, today, views

urlpatterns = [
    path("", role_required(STAFF)(today.today_view), name="today"),
    path("people/", include("customers.urls")),
    path("", include("campaigns.urls")),
    path("login/", accounts.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", accounts.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("i18n/setlang/", accounts.set_language, name="set_language"),
    path("health/", views.health, name="health"),
    path("admin/", admin.site.urls),
]
handler400 = "greetings_crm.views.bad_request"
handler500 = "greetings_crm.views.server_error"
