"""Django admin: for admins of the house. Thin over the same services as the screens."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

import etiquette
from customers.admin_audit import Audited, changed_names, record_by_hand
from customers.admin_exports import ListExport
from customers.admin_house import SpecialDayAdmin
from customers.admin_imports import ImportPages, ListUpload
from customers.admin_purchases import SaysUpToWhen
from customers.consent import tell_stopped
from customers.exports import contact_rows, purchase_rows
from customers.forms.contact import ContactForm
from customers.models import (
    AuditEntry,
    Contact,
    ContactAddress,
    ContactCode,
    FollowUp,
    ImportBatch,
    Product,
    Purchase,
    PurchaseLine,
    ServiceCase,
    SpecialDay,
    Suppression,
    Tag,
    User,
)
from customers.purchases import recompute_summaries
from customers.roles import ADMIN, ROLE_LABELS
from customers.search import index_contacts, search_contacts
from customers.services.contacts import add_contact, edit_contact

admin.site.enable_nav_sidebar = False  # pages of the house have no side bar
admin.site.register(SpecialDay, SpecialDayAdmin)
admin.site.unregister(Group)  # the three roles are made by a migration; nobody invents a fourth by hand


class ReadOnly:
    """Shown to admins, changed by nobody here."""

    def has_add_permission(self, request: HttpRequest, *args) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class CodeInline(admin.StackedInline):
    model = ContactCode
    extra = 0


class AddressInline(ReadOnly, admin.StackedInline):
    model = ContactAddress
    fields = ["email", "note"]
    extra = 0


class ContactAdminForm(ContactForm):
    """The form of the person's page, and what only an admin sets."""

    class Meta(ContactForm.Meta):
        fields = [*ContactForm.Meta.fields, "tax_number", "tags"]
        widgets = {"tags": forms.CheckboxSelectMultiple}


@admin.register(Contact)
class ContactAdmin(ListUpload, ListExport, admin.ModelAdmin):
    import_kind = ImportBatch.Kind.CONTACTS
    export_rows = staticmethod(contact_rows)
    form = ContactAdminForm
    list_display = ["shown_name", "kind", "email", "city", "needs_look"]
    list_filter = ["kind", "is_customer", "is_partner", "is_supplier", "needs_look", "stopped_reason"]
    search_fields = ["sort_key"]
    ordering = ["sort_key", "id"]
    inlines = [CodeInline, AddressInline]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    @admin.display(description=_("name"), ordering="sort_key")
    def shown_name(self, contact: Contact) -> str:
        return contact.name

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).filter(erased_at=None)

    def get_search_results(self, request: HttpRequest, queryset, search_term: str):
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=search_contacts(search_term).values("pk")), False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        # A deleted row could come back with the next list; erasing is a service with rules of its own.
        return False

    def save_model(self, request: HttpRequest, obj: Contact, form: ContactAdminForm, change: bool) -> None:
        values = {field: value for field, value in form.cleaned_data.items() if field != "tags"}
        now = timezone.now()
        if change:
            changes = {field: value for field, value in values.items() if field in form.changed_data}
            edit_contact(obj, changes=changes, by=request.user, now=now)
        else:
            obj.pk = add_contact(values=values, by=request.user, now=now).pk
            obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        index_contacts([form.instance.pk])
        # The services have noted the person's own fields.
        if beside := [name for name in changed_names(form, formsets) if name in ("codes", "tags")]:
            record_by_hand(request, "edit_contact", form.instance, fields=beside)


class LineInline(admin.StackedInline):
    model = PurchaseLine
    autocomplete_fields = ["product"]
    extra = 0


@admin.register(Purchase)
class PurchaseAdmin(Audited, SaysUpToWhen, ListUpload, ListExport, admin.ModelAdmin):
    import_kind = ImportBatch.Kind.PURCHASES
    export_rows = staticmethod(purchase_rows)
    list_display = ["document_number", "contact", "purchased_on", "total", "currency"]
    list_select_related = ["contact"]
    search_fields = ["document_number__startswith"]
    ordering = ["-id"]
    fields = ["contact", "document_number", "purchased_on", "total", "currency"]
    autocomplete_fields = ["contact"]
    inlines = [LineInline]
    show_full_result_count = False
    list_per_page = 50

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        moved_from = form.initial.get("contact")
        recompute_summaries(contact_ids={form.instance.contact_id, moved_from} - {None})

    def delete_model(self, request: HttpRequest, obj: Purchase) -> None:
        super().delete_model(request, obj)
        recompute_summaries(contact_ids=[obj.contact_id])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset) -> None:
        contact_ids = set(queryset.values_list("contact_id", flat=True))
        super().delete_queryset(request, queryset)
        recompute_summaries(contact_ids=contact_ids)


@admin.register(Product)
class ProductAdmin(Audited, admin.ModelAdmin):
    list_display = ["raw_name", "name", "may_be_mentioned", "bought_again", "seen_by"]
    list_filter = ["may_be_mentioned", "bought_again"]
    list_select_related = ["seen_by"]
    search_fields = ["raw_name", "name"]
    ordering = ["raw_name"]
    readonly_fields = ["key", "seen_by", "seen_at"]
    fields = ["raw_name", "key", "name", "gender", "number", "may_be_mentioned", "bought_again", "seen_by", "seen_at"]

    def save_model(self, request: HttpRequest, obj: Product, form, change: bool) -> None:
        obj.key = obj.key or etiquette.fold(obj.raw_name)
        obj.seen_by, obj.seen_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "reason", "since", "by", "address_digest"]
    list_filter = ["reason"]
    list_select_related = ["by"]
    ordering = ["-id"]
    fields = ["address_digest", "reason", "since", "by"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    show_facets = admin.ShowFacets.NEVER
    list_display = ["at", "actor_name", "verb", "object_kind", "object_id"]
    list_filter = ["verb"]
    ordering = ["-id"]
    fields = ["at", "actor_name", "verb", "object_kind", "object_id", "person_key", "facts"]
    show_full_result_count = False


@admin.register(ImportBatch)
class ImportBatchAdmin(SaysUpToWhen, ImportPages, ReadOnly, admin.ModelAdmin):
    change_list_template = "admin/customers/import/batches.html"
    list_display = ["file_name", "kind", "state", "rows_in_it", "brought_at", "brought_by"]
    list_filter = ["kind", "state"]
    list_select_related = ["created_by"]
    ordering = ["-id"]
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"title": capfirst(self.opts.verbose_name_plural)} | (extra_context or {})
        )

    @admin.display(description=_("rows"), ordering="row_count")
    def rows_in_it(self, batch: ImportBatch) -> str:
        # A list that nobody has rehearsed was not read to its end.
        return number_format(batch.row_count, force_grouping=True) if batch.row_count else "–"

    @admin.display(description=_("brought at"), ordering="created_at")
    def brought_at(self, batch: ImportBatch) -> str:
        return date_format(timezone.localtime(batch.created_at), "j/n/Y H:i")

    @admin.display(description=_("brought by"), ordering="created_by")
    def brought_by(self, batch: ImportBatch) -> User | None:
        return batch.created_by


@admin.register(ServiceCase)
class ServiceCaseAdmin(Audited, admin.ModelAdmin):
    list_display = ["contact", "state", "source", "opened_at", "owner"]
    list_filter = ["state", "source"]
    list_select_related = ["contact", "owner"]
    ordering = ["-id"]
    autocomplete_fields = ["contact", "owner"]
    readonly_fields = ["opened_by", "solved_at"]

    def has_delete_permission(self, request: HttpRequest, obj: ServiceCase | None = None) -> bool:
        # A complaint is solved, or it goes with the person; deleting it would only let cheerful letters out.
        return False

    def save_model(self, request: HttpRequest, obj: ServiceCase, form, change: bool) -> None:
        solved = obj.state == ServiceCase.State.SOLVED
        obj.solved_at = (obj.solved_at or timezone.now()) if solved else None
        obj.opened_by = obj.opened_by if change else request.user
        super().save_model(request, obj, form, change)
        if not solved:
            tell_stopped([obj.contact_id], "complaint")


@admin.register(FollowUp)
class FollowUpAdmin(Audited, admin.ModelAdmin):
    list_display = ["contact", "kind", "text", "due_on", "owner", "done_at"]
    list_filter = ["kind"]
    list_select_related = ["contact", "owner"]
    ordering = ["due_on", "id"]
    fields = ["contact", "kind", "text", "owner", "due_on", "outcome", "answer"]
    autocomplete_fields = ["contact", "owner"]


@admin.register(Tag)
class TagAdmin(Audited, admin.ModelAdmin):
    search_fields = ["name"]
    ordering = ["name"]


class RolesField(forms.ModelMultipleChoiceField):
    """The three roles in words."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Group) -> str:
        return str(ROLE_LABELS.get(group.name, group.name))


@admin.register(User)
class UserAdmin(Audited, DjangoUserAdmin):
    """Colleagues and their roles. Whoever is in the group admin may enter this admin, nobody else below a superuser."""

    list_display = ["username", "first_name", "last_name", "roles", "is_active"]
    list_filter = ["groups", "is_active"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    show_facets = admin.ShowFacets.NEVER
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("The colleague"), {"fields": ["first_name", "last_name", "email", "signs_as", "reply_address", "language"]}),
        (_("Away"), {"fields": ["away_until", "stand_in"]}),
        (_("Role"), {"fields": ["is_active", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "usable_password", "password1", "password2", "groups"]}),
    ]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("Role"))
    def roles(self, user: User) -> str:
        return ", ".join(str(ROLE_LABELS.get(group.name, group.name)) for group in user.groups.all())

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "language":
            choices = [("", _("as the browser asks")), *settings.LANGUAGES]
            return forms.ChoiceField(choices=choices, label=db_field.verbose_name, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "groups":
            return RolesField(Group.objects.order_by("id"), label=_("Role"), required=False)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # An admin of the house must not become a superuser by giving one a new password.
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Letters and approvals name their people for good: a colleague who leaves is made inactive.
        return False

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        user = form.instance
        before = set(user.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(user.groups.values_list("name", flat=True))
        for verb, roles in (("give_role", after - before), ("take_role", before - after)):
            for role in sorted(roles):
                record_by_hand(request, verb, user, role=role)
        if change and "is_active" in form.changed_data:
            record_by_hand(request, "open_account" if user.is_active else "close_account", user)
        user.is_staff = user.is_superuser or ADMIN in after
        user.save(update_fields=["is_staff"])

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        user = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        if user is not None and user.password != User.objects.get(pk=user.pk).password:
            record_by_hand(request, "set_password", user)
        return response
