"""The door of Django admin is ours: it counts wrong passwords as the other one does."""

from django.contrib import admin

from greetings_crm.accounts import AdminLoginForm

admin.site.login_form = AdminLoginForm
