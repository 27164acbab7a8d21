"""Products as people decide about them: which come first, how a letter says each, and the decision itself.

A guess is made when a product is shown and is never stored: better tables help those that are still to be looked at.
What a letter may use is what somebody has decided (`seen_at`).
"""

import datetime as dt
import zlib
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from typing import Any, Self

from django.db import transaction
from django.utils.dateparse import parse_datetime

from customers import audit
from customers.models import Product, User
from etiquette.products import ProductGuess, guess_product

DECISION, TAKEN_BACK = "decide_product", "undo_product"  # verbs of the trail
_KEPT = ("name", "gender", "number", "may_be_mentioned", "bought_again", "seen_by_id", "seen_at")


@dataclass(frozen=True)
class ProductWords:
    """How a letter speaks of a product: `name` in the accusative without an article, `gender` m, f, n or ""."""

    name: str
    gender: str
    number: str
    may_be_mentioned: bool
    bought_again: bool

    @classmethod
    def of(cls, product: Product) -> Self:
        return cls(product.name, product.gender, product.number, product.may_be_mentioned, product.bought_again)

    @classmethod
    def guessed(cls, guess: ProductGuess) -> Self:
        return cls(guess.name, guess.gender, guess.number, guess.may_be_mentioned, guess.bought_again)

    @property
    def can_be_said(self) -> bool:
        return bool(self.name and self.gender)


@dataclass(frozen=True)
class Step:
    """One decision, as plain values a session can keep: each field of the product before and after it."""

    product_id: int
    before: dict[str, Any]
    after: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Outcome:
    """What came of a decision: "decided" with its step, "already" with the colleague who was first, or "gone"."""

    code: str
    colleague: str = ""
    step: Step | None = None


def stamp_of(product: Product) -> str:
    """Return what tells whether a product is still as a page showed it."""
    return product.seen_at.astimezone(dt.UTC).isoformat() if product.seen_at else ""


def pick_of(product: Product, guess: ProductGuess) -> str:
    """Return what a button says that takes this guess: the product, and a mark of the words the page showed."""
    mark = zlib.crc32(repr(astuple(ProductWords.guessed(guess))).encode())
    return f"{product.pk}-{mark:08x}"


@transaction.atomic
def decide_product(product: Product, *, words: ProductWords, stamp: str, by: User, now: dt.datetime) -> Outcome:
    """Let letters speak of `product` so from now on, or keep quiet about it; `by` has looked at it.

    `stamp` is that of the product as the page showed it: when somebody has decided since, nothing is written.
    Raise `ValueError` for a product that may be mentioned and has no name or gender, or for an unknown gender, number.
    """
    if words.may_be_mentioned and not words.can_be_said:
        raise ValueError("A product that may be mentioned needs a name and a gender.")
    if words.gender not in ("", *Product.Gender.values) or words.number not in Product.Number.values:
        raise ValueError(f"Unknown gender or number: {words.gender!r}, {words.number!r}")
    locked = Product.objects.select_for_update().filter(pk=product.pk).first()
    if locked is None:
        return Outcome("gone")
    if stamp_of(locked) != stamp:
        return Outcome("already", colleague=str(locked.seen_by or ""))
    before = _kept(locked)
    for field, value in asdict(words).items():
        setattr(locked, field, value)
    locked.seen_by, locked.seen_at = by, now
    locked.save(update_fields=[*asdict(words), "seen_by", "seen_at"])
    step = Step(locked.pk, before, _kept(locked))
    changed = sorted(name for name in asdict(words) if before[name] != step.after[name])
    facts = {"may_be_mentioned": words.may_be_mentioned, "changed": changed}
    audit.record(DECISION, actor=by, now=now, obj=locked, facts=facts)
    return Outcome("decided", step=step)


@transaction.atomic
def take_guesses(picks: Iterable[str], *, by: User, now: dt.datetime, only_sure: bool = False) -> list[Step]:
    """Decide as the page guessed, for each of `picks` (`pick_of`) that nobody has looked at yet.

    A pick whose guess is another by now is passed over, and with `only_sure` one that asks a person.
    """
    wanted = set(picks)
    numbers = (pick.partition("-")[0] for pick in wanted)
    # Longer numbers would not fit the database's own.
    ids = [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) <= 10]
    steps = []
    for product in Product.objects.filter(pk__in=ids, seen_at=None).order_by("pk"):
        guess = guess_product(product.raw_name)
        if pick_of(product, guess) not in wanted or (only_sure and guess.needs_review):
            continue
        outcome = decide_product(product, words=ProductWords.guessed(guess), stamp="", by=by, now=now)
        steps += [outcome.step] if outcome.step else []
    return steps


@transaction.atomic
def take_back(steps: Iterable[Step], *, by: User, now: dt.datetime) -> int:
    """Put back what these decisions changed, where nobody has decided since; return how many were put back."""
    by_id = {step.product_id: step for step in steps}
    undone = 0
    for product in Product.objects.select_for_update().filter(pk__in=by_id).order_by("pk"):
        step = by_id[product.pk]
        if _kept(product) != step.after:
            continue
        for name, value in step.before.items():
            setattr(product, name, value if name != "seen_at" else parse_datetime(value) if value else None)
        if product.seen_by_id and not User.objects.filter(pk=product.seen_by_id).exists():
            product.seen_by_id = None
        product.save(update_fields=[name.removesuffix("_id") for name in _KEPT])
        audit.record(TAKEN_BACK, actor=by, now=now, obj=product)
        undone += 1
    return undone


def _kept(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in _KEPT} | {"seen_at": stamp_of(product)}
