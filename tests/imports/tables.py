"""The whole database as values: to be compared as it was, or with another one that has other ids.

A difference is told as the table, how many rows differ, and one of them.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from campaigns.models import WorkerHeartbeat
from customers.models import (
    AuditDetail,
    AuditEntry,
    Contact,
    ContactAddress,
    ContactCode,
    ContactWord,
    ImportBatch,
    Interaction,
    Product,
    Purchase,
    SearchWord,
    ServiceCase,
    Tag,
)

Table = Counter[str]
Tables = dict[str, Table]
Names = dict[type[models.Model], dict[int, str]]
TRAIL = (AuditEntry, AuditDetail)
# Read the clock or drawn by lot: no two runs have the same.
_RANDOM = {"person_key", "holder", "password"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_MADE = {
    "codes": ContactCode, "addresses": ContactAddress, "interactions": Interaction, "cases": ServiceCase,
    "tags": Tag, "tags_made": Tag,
}  # fmt: skip


def all_models() -> list[type[models.Model]]:
    """Every model with a table but the trail's and the workers' signs of life, those between two others too."""
    found = apps.get_models(include_auto_created=True)
    told = [model for model in found if model not in (*TRAIL, WorkerHeartbeat)]
    return [model for model in told if not model._meta.proxy and model._meta.managed]


def as_it_stands() -> Tables:
    """Every value of every table but the imports' own and the trail's, ids and times included.

    The link between a contact and a word has no life of its own: an undo makes it again, under another id.
    """
    tables = {}
    for model in all_models():
        if model.__name__.startswith("Import"):
            continue
        left_out = {"id"} if model is ContactWord else set()
        columns = [field.attname for field in model._meta.concrete_fields if field.name not in left_out]
        rows = model._base_manager.values(*columns)
        tables[model.__name__] = Counter(_line(row) for row in rows)
    return tables


def by_natural_keys() -> Tables:
    """Every table but the trail, as two databases that went the same way in different steps must agree on it.

    No id, no random identifier, no reading of the clock; whoever is referred to is named by what they are.
    """
    names = _names()
    return {
        model.__name__: Counter(_line(_without_ids(model, row, names)) for row in model._base_manager.all().iterator())
        for model in all_models()
    }


def assert_same(one: Tables, other: Tables) -> None:
    """Fail with the tables that differ and one row of each side: pytest itself would cut them short."""
    if told := differences(one, other):
        pytest.fail(told, pytrace=False)


def differences(one: Tables, other: Tables) -> str:
    """Return "" when they are equal, else for each table that differs how many rows, and one row of each side."""
    told = []
    for table in sorted(one.keys() | other.keys()):
        left, right = one.get(table, Counter()), other.get(table, Counter())
        if left == right:
            continue
        only_left, only_right = left - right, right - left
        told.append(f"{table}: {only_left.total()} rows only in the first, {only_right.total()} only in the other")
        told += [f"  {side} {min(rows)}" for side, rows in (("first", only_left), ("other", only_right)) if rows]
    return "\n".join(told)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)


def _names() -> Names:
    """How each row that others refer to is called by its own facts."""

    def named(model: type[models.Model], name: Callable[[Any], str]) -> dict[int, str]:
        return {row.pk: name(row) for row in model._base_manager.all().iterator()}

    codes: dict[int, list[str]] = {}
    for contact_id, code in ContactCode.objects.order_by("code").values_list("contact_id", "code"):
        codes.setdefault(contact_id, []).append(code)
    names: Names = {
        Contact: named(Contact, lambda each: _contact_name(each, codes.get(each.pk, []))),
        ImportBatch: named(ImportBatch, lambda each: f"{each.file_name} {each.state}"),
        Product: named(Product, lambda each: each.key),
        Purchase: named(Purchase, lambda each: each.document_number),
        SearchWord: named(SearchWord, lambda each: each.word),
        Tag: named(Tag, lambda each: each.name),
    }
    people = names[Contact]
    names |= {
        ContactCode: named(ContactCode, lambda each: each.code),
        ContactAddress: named(ContactAddress, lambda each: f"{people[each.contact_id]} {each.email_key}"),
        Interaction: named(Interaction, lambda each: f"{people[each.contact_id]} {each.private_text}"),
        ServiceCase: named(ServiceCase, lambda each: f"{people[each.contact_id]} {each.what_happened}"),
    }
    return names


def _contact_name(contact: Contact, codes: list[str]) -> str:
    facts = (contact.raw_name, contact.email_key, contact.phone_key, contact.mobile_key, contact.street, contact.city)
    return " | ".join([*codes, *facts])


def _without_ids(model: type[models.Model], row: models.Model, names: Names) -> dict[str, Any]:
    values = {}
    for field in model._meta.concrete_fields:
        if field.name in _RANDOM or (field.primary_key and not field.is_relation):
            continue
        value = getattr(row, field.attname)
        if field.is_relation and field.related_model in names:
            value = names[field.related_model].get(value, "nobody there")
        elif isinstance(field, models.DateTimeField):
            value = value and "a time"
        elif isinstance(field, models.BinaryField):
            value = hashlib.sha256(value).hexdigest()
        elif isinstance(field, models.JSONField):
            value = _plain(value, names)
        values[field.name] = value
    return values


def _plain(value: Any, names: Names, key: str = "") -> Any:
    """JSON with the ids in it named, and its times made alike."""
    if isinstance(value, dict):
        return {name: _plain(each, names, name) for name, each in value.items()}
    if key in _MADE and isinstance(value, list):
        return sorted(names[_MADE[key]].get(each, f"gone {key}") for each in value)
    if isinstance(value, list):
        return [_plain(each, names) for each in value]
    if key == "other_contact" and value:
        return names[Contact].get(value, "somebody gone")
    if key == "product":
        return names[Product].get(value, "gone")
    if isinstance(value, str) and _TIME.fullmatch(value):
        return "a time"
    return value
