"""What people decided about letters, kept while the letters are made anew: ticks, what a signer has read, what was
set aside or taken in hand, what was confirmed."""

from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Case, Exists, JSONField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from campaigns.models import Campaign, CarriedReview, HandEdit, LetterReview, Message
from campaigns.preparing.writing import Letter
from campaigns.review.aside import BY_HAND_CODES
from campaigns.review.looking import ASIDE_CODES, NEUTRAL, has_code, of_these

CHUNK = 1_000
_COLUMNS = (
    "campaign_id", "contact_id", "digest", "reviewed_by_id", "reviewed_at", "signer_read_at", "confirmed", "aside",
)  # fmt: skip
# What keeps somebody from a letter by mail, but not from a call or a card of a colleague.
_ONLY_BY_MAIL = frozenset({"no_email", "same_address", "same_household", "through_people"})


def carry_decisions(campaign: Campaign) -> None:
    """Keep what was decided about the letters there are; what is kept of others (a preparation cut short) stays.

    Ticks may be a hundred thousand: the database copies them in one statement. Letters set aside are few.
    """
    letters = Message.objects.filter(campaign=campaign, review__isnull=False).exclude(state__in=Message.OUT)
    here = letters.filter(contact=OuterRef("contact"))
    CarriedReview.objects.filter(Exists(here), campaign=campaign).delete()
    aside = Q(state=Message.State.HELD, reason_code__in=ASIDE_CODES)
    _copy_touched(letters.exclude(aside))
    set_aside = letters.filter(aside).select_related("review", "body").order_by("pk")
    CarriedReview.objects.bulk_create(map(_kept, set_aside.iterator(CHUNK)), batch_size=CHUNK)


def _copy_touched(letters: QuerySet[Message]) -> None:
    as_text = letters.annotate(
        confirmed_text=Cast("review__confirmed", TextField()), looks=Cast("review__look_codes", TextField())
    )
    alike, neutral = Q(review__ticked_alike=True), Q(looks__contains=f'"{NEUTRAL}"')
    rows = as_text.filter(
        Q(reviewed_at__isnull=False) | Q(review__signer_read_at__isnull=False) | ~Q(confirmed_text="[]") | neutral
    ).values_list(
        "campaign_id",
        "contact_id",
        Coalesce("body__digest", Value("")),
        "reviewed_by_id",
        "reviewed_at",
        "review__signer_read_at",
        "review__confirmed",
        Case(
            When(alike & neutral, then=Value({"alike": True, "neutral": True}, JSONField())),
            When(alike, then=Value({"alike": True}, JSONField())),
            When(neutral, then=Value({"neutral": True}, JSONField())),
            default=Value({}, JSONField()),
        ),
    )
    sql, parameters = rows.query.sql_with_params()
    fields = {field.attname: field.column for field in CarriedReview._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name]}"' for name in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{CarriedReview._meta.db_table}" ({columns}) {sql}', parameters)


def _kept(letter: Message) -> CarriedReview:
    body = getattr(letter, "body", None)
    return CarriedReview(
        campaign_id=letter.campaign_id,
        contact_id=letter.contact_id,
        digest=body.digest if body else "",
        signer_read_at=letter.review.signer_read_at,
        confirmed=letter.review.confirmed,
        aside={
            "state": letter.state,
            "channel": letter.channel,
            "reason_code": letter.reason_code,
            "reason_facts": letter.reason_facts,
            "neutral": has_code(letter.review.look_codes, NEUTRAL),
        },
    )


def carried_of(campaign: Campaign, contact_ids: Collection[int]) -> dict[int, CarriedReview]:
    kept = CarriedReview.objects.filter(of_these(contact_ids), campaign=campaign)
    return {carried.contact_id: carried for carried in kept}


def edits_of(campaign: Campaign, contact_ids: Collection[int]) -> dict[int, HandEdit]:
    """The words people put into letters of this campaign, by contact."""
    return {edit.contact_id: edit for edit in HandEdit.objects.filter(of_these(contact_ids), campaign=campaign)}


def put_back_decisions(letters: Iterable[Letter], carried: dict[int, CarriedReview]) -> None:
    """Let what was decided hold again: a tick of a letter that says the same, and what was set aside of whoever may
    still be greeted."""
    for letter in letters:
        kept = carried.get(letter.message.contact_id)
        if kept is None:
            continue
        message, review = letter.message, letter.review
        aside = kept.aside.get("state") == Message.State.HELD
        in_hand = kept.aside.get("reason_code") in BY_HAND_CODES
        # Whoever gets no letter anyway is out; a hand still finds them, where only the letter has no way.
        out = message.state == Message.State.SKIPPED and not (in_hand and message.reason_code in _ONLY_BY_MAIL)
        if aside and not out:
            if in_hand:
                # A hand goes to no address, and takes none from somebody who shares it.
                message.address_digest = ""
            message.state, message.channel = Message.State.HELD, kept.aside["channel"]
            message.reason_code, message.reason_facts = kept.aside["reason_code"], kept.aside["reason_facts"]
            review.pile = LetterReview.Pile.NONE
        if letter.rendered is None or letter.digest != kept.digest:
            continue
        review.signer_read_at = kept.signer_read_at
        if message.state == Message.State.DRAFT and kept.reviewed_at:
            message.reviewed_at, message.reviewed_by_id = kept.reviewed_at, kept.reviewed_by_id
            review.ticked_alike, review.pile = bool(kept.aside.get("alike")), LetterReview.Pile.NONE
