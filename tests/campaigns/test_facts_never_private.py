"""Private text has no way into a letter: every text field near a contact is marked, and only the listed ones show."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import models

from campaigns.personalisation import personalise, with_facts
from customers.addresses import address_fields
from customers.models import (
    Consent,
    Contact,
    ContactAddress,
    ContactCode,
    ContactWord,
    FollowUp,
    Household,
    ImportBatch,
    ImportFilePart,
    ImportRow,
    Interaction,
    PassedOn,
    Product,
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    SatisfactionScore,
    SearchWord,
    ServiceCase,
    Tag,
    User,
)
from tests.builders import NOW

CHRISTMAS = date(2026, 12, 25)
TEXT = (models.CharField, models.TextField, models.JSONField)

# What a letter may say. Whoever adds a text field near a contact decides here on which side it stands.
SAID = {
    "Contact.first_name",
    "Contact.last_name",
    "Contact.known_as",
    "Contact.salutation_typed",
    "Contact.city",
    "Interaction.quotable",
    "FollowUp.answer",
    "Product.name",
    "User.signs_as",
    "User.first_name",
    "User.last_name",
}
CHOOSES_WORDS_ONLY = {"Contact.language"}
KEPT = {
    "Consent": "purpose source",
    "Contact": "sort_key raw_name company_name titles typed_fields name_reason name_choices email email_key "
    "address_digest phone phone_key mobile mobile_key street postcode country tax_number name_day_choice wishes_wanted "
    "extra look_reasons",
    "ContactAddress": "email email_key address_digest note",
    "ContactCode": "source code",
    "FollowUp": "text outcome occasion_key",
    "Household": "name",
    "ImportBatch": "file_name file_digest source encoding delimiter sheet mapping understood wanted counts holder",
    "ImportRow": "reason_code reason_facts notes cells values undo",
    "Interaction": "private_text",
    "Product": "key raw_name",
    "Purchase": "document_number currency",
    "PurchaseSummary": "currency",
    "SatisfactionScore": "comment",
    "SearchWord": "word skeleton",
    "ServiceCase": "what_happened lesson",
    "Tag": "name",
    "User": "password username email reply_address language",
}


def reachable() -> set[type[models.Model]]:
    """The models of this app that hang on a contact, however far away."""
    seen, to_see = {Contact}, [Contact]
    while to_see:
        for each in to_see.pop()._meta.get_fields():
            model = each.related_model
            if model and model not in seen and model._meta.app_label == "customers":
                seen.add(model)
                to_see.append(model)
    return seen


def text_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """The fields that can hold words; those with a list of choices cannot."""
    return (each for each in model._meta.concrete_fields if isinstance(each, TEXT) and not each.choices)


ALL_TEXT = sorted(f"{model.__name__}.{each.name}" for model in reachable() for each in text_fields(model))
# A sign no name or word has, another one for each field: one letter long, so that it fits wherever a word fits.
MARKS = {name: chr(0x4E00 + number) for number, name in enumerate(ALL_TEXT)}


def marked(model: type[models.Model], **given: object) -> models.Model:
    """A saved row in which every text field that is not given holds its mark."""
    values = {}
    for each in text_fields(model):
        mark = MARKS[f"{model.__name__}.{each.name}"]
        if isinstance(each, models.JSONField):
            values[each.name] = [mark] if each.get_default() == [] else {mark: mark}
        elif f"{model.__name__}.{each.name}" not in CHOOSES_WORDS_ONLY:
            values[each.name] = mark
    return model.objects.create(**values | given)


def everything_marked(**given: object) -> tuple[Contact, set[type[models.Model]]]:
    """A contact with every kind of row around it, all marked; and the models used."""
    colleague = marked(User, reply_address="anna@shop.example")
    product = marked(Product, gender="m", may_be_mentioned=True, bought_again=True, seen_at=NOW, seen_by=colleague)
    employer = marked(Contact, kind="company", **address_fields("other@shop.example"))
    contact = marked(
        Contact,
        **{"gender": "f", "name_confidence": 1.0, "owner": colleague, "household": marked(Household)}
        | {"works_for": employer, "stopped_by": colleague}
        | given,
    )
    contact.tags.add(marked(Tag))
    batch = marked(ImportBatch, kind="contacts", created_by=colleague)
    rows = [
        marked(ImportRow, batch=batch, row_number=1, action="new", contact=contact),
        ImportFilePart.objects.create(batch=batch, number=0, data=b"x"),
        marked(ContactAddress, contact=contact),
        marked(ContactCode, contact=contact),
        ContactWord.objects.create(contact=contact, word=marked(SearchWord)),
        PassedOn.objects.create(contact=contact, colleague=colleague, passed_at=NOW),
        marked(Consent, contact=contact, given_at=NOW),
        marked(Interaction, contact=contact, happened_at=NOW, author=colleague, batch=batch),
        marked(FollowUp, contact=contact, due_on=NOW.date(), done_at=NOW, done_by=colleague, owner=colleague),
        marked(ServiceCase, contact=contact, opened_at=NOW, opened_by=colleague),
        marked(SatisfactionScore, contact=contact, score=9, given_at=NOW, thanks_to=colleague),
        marked(Purchase, contact=contact, purchased_on=NOW.date(), total=9, batch=batch),
        marked(
            PurchaseSummary, contact=contact, purchase_count=9, total=9, first_on=date(2019, 12, 20),
            last_on=NOW.date(), usual_product=product, usual_count=9, usual_weekday=4, usual_weekday_count=9,
        ),
    ]  # fmt: skip
    rows.append(PurchaseLine.objects.create(purchase=contact.purchases.get(), product=product, amount=9))
    used = {type(row) for row in rows} | {Contact, User, Product, Household, Tag, ImportBatch, SearchWord}
    return contact, used


def shown(contact: Contact) -> set[str]:
    """The fields whose mark stands in a value of this contact."""
    found = with_facts(Contact.objects.filter(pk=contact.pk))
    person = personalise(found, occasion="christmas", wish_on=CHRISTMAS, today=NOW.date(), signing="owner")[0]
    words = " ".join(person.values.values())
    return {name for name, mark in MARKS.items() if mark in words}


def test_every_text_field_near_a_contact_has_been_decided():
    kept = {f"{model}.{name}" for model, names in KEPT.items() for name in names.split()}

    assert not SAID & kept
    assert set(ALL_TEXT) == SAID | CHOOSES_WORDS_ONLY | kept


@pytest.mark.django_db
def test_every_model_near_a_contact_takes_part():
    _contact, used = everything_marked()

    assert used == reachable()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["el", "en", "de"])
@pytest.mark.parametrize("kind", [kind.value for kind in Contact.Kind])
def test_only_what_was_decided_to_be_said_reaches_a_letter(kind, language):
    contact, _used = everything_marked(kind=kind, language=language)
    as_marked = shown(contact)
    Contact.objects.filter(pk=contact.pk).update(known_as="", salutation_typed="")
    User.objects.update(signs_as="")

    assert as_marked | shown(contact) <= SAID


@pytest.mark.django_db
def test_the_marks_are_seen_where_words_are_said():
    contact, _used = everything_marked(language="en")
    as_marked = shown(contact)
    Contact.objects.filter(pk=contact.pk).update(known_as="", salutation_typed="")
    User.objects.update(signs_as="")

    assert as_marked | shown(contact) == SAID
