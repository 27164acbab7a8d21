import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, TextField, Value, When
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from customers.models.household import Household
from customers.models.tag import Tag


class ContactQuerySet(models.QuerySet):
    """Chainable reads; each reads like an adjective."""

    def greetable(self):
        """Everybody a letter could ever be meant for: not till entries, heirs or test rows, and not the erased."""
        return self.filter(erased_at=None).exclude(kind__in=Contact.NEVER_GREETED)

    def with_email(self):
        return self.exclude(email="")

    def to_look_at(self):
        return self.filter(needs_look=True, erased_at=None)


class Contact(models.Model):
    """A person, company or household the house knows: what a list said, what people decided, how to write to them.

    `raw_name` stays as the list wrote it. `typed_fields` names the fields a person typed: no import and no better
    lexicon writes over them. Register and owner are decided by people; until then formal, and the house.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        COMPANY = "company", _("company")
        ORGANISATION = "organisation", _("organisation")
        HOUSEHOLD = "household", _("household")
        PLACEHOLDER = "placeholder", _("till entry")
        OTHER = "other", _("not to be greeted")

    class Gender(models.TextChoices):
        MAN = "m", _("man")
        WOMAN = "f", _("woman")
        BOTH = "mf", _("man and woman")
        COMPANY = "c", _("company")
        UNKNOWN = "u", _("unknown")

    class Register(models.TextChoices):
        FORMAL = "formal", _("plural (σας)")
        INFORMAL = "informal", _("singular (σου)")

    class Acquaintance(models.TextChoices):
        """Has somebody who knows them said how they are addressed? ("": not a person or household to write to)"""

        OPEN = "open", _("nobody has said yet")
        DECIDED = "decided", _("decided")

    class Stop(models.TextChoices):
        """Why letters are stopped until a person has looked (`stopped_reason`)."""

        MOURNING = "mourning", _("mourning")
        DECEASED = "deceased", _("deceased")
        COMPLAINT = "complaint", _("complaint")
        NO_LETTERS = "no_letters", _("asked for no letters")
        BY_STAFF = "by_staff", _("stopped by a colleague")

    NEVER_GREETED = (Kind.PLACEHOLDER, Kind.OTHER)

    person_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    is_customer = models.BooleanField(_("customer"), default=True)
    is_partner = models.BooleanField(_("partner"), default=False)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_friend = models.BooleanField(_("friend of the house"), default=False)

    # Accent-blind, for the order of lists; customers/search.py writes it.
    sort_key = models.CharField(max_length=160, blank=True, editable=False)
    raw_name = models.CharField(_("name as the list wrote it"), max_length=300, blank=True)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("surname"), max_length=160, blank=True)
    company_name = models.CharField(_("company"), max_length=200, blank=True)
    titles = models.CharField(_("titles"), max_length=80, blank=True)
    known_as = models.CharField(_("known as"), max_length=120, blank=True)
    gender = models.CharField(_("gender"), max_length=2, choices=Gender, default=Gender.UNKNOWN)
    language = models.CharField(_("language"), max_length=5, default="el")
    register = models.CharField(_("register"), max_length=8, choices=Register, default=Register.FORMAL)
    salutation_typed = models.CharField(_("salutation typed by hand"), max_length=200, blank=True)
    typed_fields = models.JSONField(_("fields typed by a person"), default=list, blank=True)
    names_version = models.PositiveIntegerField(default=1, editable=False)
    name_confidence = models.FloatField(_("how sure the name is"), default=0)
    name_reason = models.CharField(max_length=40, blank=True, editable=False)
    name_choices = models.JSONField(default=list, blank=True, editable=False)

    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    address_digest = models.CharField(max_length=64, blank=True, editable=False)
    # An address several people read (info@…): what we know of one of them stays out of the letter, unless ticked.
    personal_at_shared = models.BooleanField(
        _("personal lines even where others read along"), default=False, db_default=False
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    mobile_key = models.CharField(max_length=20, blank=True, editable=False)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    tax_number = models.CharField(_("tax number (ΑΦΜ)"), max_length=20, blank=True)

    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    name_day_choice = models.CharField(_("name day, as chosen"), max_length=20, blank=True)
    wishes_wanted = models.JSONField(_("wishes wanted (empty: all)"), default=list, blank=True)
    customer_since = models.DateField(_("customer since"), null=True, blank=True)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # see Meta: most have none, and an index of nothing costs every import
        related_name="contacts",
        verbose_name=_("owner"),
    )
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, db_index=False, related_name="members"
    )
    works_for = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("works for"),
    )
    gets_wishes = models.BooleanField(_("gets the wishes of the company"), default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="contacts", verbose_name=_("tags"))
    extra = models.JSONField(_("further facts of the list"), default=dict, blank=True)

    mourning_until = models.DateField(_("mourning until"), null=True, blank=True)
    deceased = models.BooleanField(_("deceased"), default=False)
    stopped_reason = models.CharField(_("letters stopped because of"), max_length=12, choices=Stop, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("stopped by"),
    )
    needs_look = models.BooleanField(_("somebody has to look"), default=False)
    look_reasons = models.JSONField(default=list, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    # Kept by the database itself from the columns above: whoever types a register, by whatever way, is heard, and a
    # hundred thousand people are counted from an index. An object in memory does not follow its own changes.
    acquaintance = models.GeneratedField(
        expression=Case(
            When(
                ~Q(kind__in=(Kind.PERSON, Kind.HOUSEHOLD))
                | Q(deceased=True)
                | Q(stopped_reason=Stop.DECEASED)
                | Q(erased_at__isnull=False),
                then=Value(""),
            ),
            When(
                GreaterThan(StrIndex(Cast("typed_fields", TextField()), Value('"register"')), 0),
                then=Value(Acquaintance.DECIDED),
            ),
            default=Value(Acquaintance.OPEN),
        ),
        output_field=models.CharField(max_length=8),
        db_persist=True,
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="contact_by_sort_key", condition=Q(erased_at=None)),
            models.Index(fields=["known_as", "first_name"], name="contact_by_called_name"),
            models.Index(fields=["first_name"], name="contact_called_otherwise", condition=~Q(known_as="")),
            models.Index(fields=["email_key"], name="contact_by_email", condition=~Q(email_key="")),
            models.Index(fields=["address_digest"], name="contact_by_digest", condition=~Q(address_digest="")),
            models.Index(fields=["phone_key"], name="contact_by_phone", condition=~Q(phone_key="")),
            models.Index(fields=["mobile_key"], name="contact_by_mobile", condition=~Q(mobile_key="")),
            models.Index(fields=["tax_number"], name="contact_by_tax_number", condition=~Q(tax_number="")),
            models.Index(fields=["birth_month", "birth_day"], name="contact_by_birthday", condition=~Q(birth_day=None)),
            models.Index(
                fields=["name_day_choice"], name="contact_by_chosen_name_day", condition=~Q(name_day_choice="")
            ),
            models.Index(fields=["id"], name="contact_to_look_at", condition=Q(needs_look=True)),
            models.Index(fields=["acquaintance", "sort_key", "id"], name="contact_by_acquaintance"),
            models.Index(fields=["owner"], name="contact_by_owner", condition=~Q(owner=None)),
            models.Index(fields=["household"], name="contact_by_household", condition=~Q(household=None)),
            models.Index(fields=["stopped_by"], name="contact_by_stopped_by", condition=~Q(stopped_by=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_month=None, birth_day=None) | Q(birth_month__range=(1, 12), birth_day__range=(1, 31)),
                name="contact_birthday_is_month_and_day",
            ),
            models.CheckConstraint(
                condition=Q(stopped_reason="", stopped_at=None) | (~Q(stopped_reason="") & ~Q(stopped_at=None)),
                name="contact_stop_has_reason_and_time",
            ),
            models.CheckConstraint(
                condition=(Q(email="") & Q(address_digest="")) | (~Q(email="") & ~Q(address_digest="")),
                name="contact_email_has_digest",
            ),
        ]

    @property
    def name(self) -> str:
        """The name as screens show it: never empty while the list had anything."""
        if self.kind in (self.Kind.COMPANY, self.Kind.ORGANISATION) and self.company_name:
            return self.company_name
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.raw_name or f"#{self.pk}"

    def __str__(self) -> str:
        return self.name
