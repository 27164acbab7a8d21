from django.db import migrations
from django.db.models import Q

CHUNK = 2_000
NOT_BEGUN = ("in_review", "approved", "scheduled")


def put_on_piles(apps, schema_editor):
    """Letters prepared before there were piles wait to be read too; those that want a decision first."""
    Message = apps.get_model("campaigns", "Message")
    LetterReview = apps.get_model("campaigns", "LetterReview")
    waiting = Message.objects.filter(
        Q(state="draft") | Q(state="held"), campaign__state__in=NOT_BEGUN, review=None
    ).order_by("pk")
    last = 0
    while rows := list(waiting.filter(pk__gt=last).values_list("pk", "campaign_id", "state", "reason_code")[:CHUNK]):
        LetterReview.objects.bulk_create(
            LetterReview(
                message_id=pk,
                campaign_id=campaign_id,
                pile="look" if state == "held" else "rest",
                look_codes=[{"code": reason, "facts": {}}] if state == "held" else [],
            )
            for pk, campaign_id, state, reason in rows
        )
        last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_review")]

    operations = [migrations.RunPython(put_on_piles, migrations.RunPython.noop)]
