import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Now


def go_on_as_one_lane(apps, schema_editor):
    """A campaign that is being prepared goes on where its cursor stood."""
    Campaign = apps.get_model("campaigns", "Campaign")
    PreparingLane = apps.get_model("campaigns", "PreparingLane")
    for pk, up_to in Campaign.objects.filter(state="preparing").values_list("pk", "prepared_up_to"):
        PreparingLane.objects.create(campaign_id=pk, lane=0, up_to=up_to, moved_at=Now())


def begin_again(apps, schema_editor):
    """One cursor cannot say how far several lanes had come: such a campaign is a draft again, to be prepared anew."""
    apps.get_model("campaigns", "Campaign").objects.filter(state="preparing").update(state="draft")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_letters_to_read")]

    operations = [
        migrations.CreateModel(
            name="PreparingLane",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lane", models.PositiveSmallIntegerField()),
                ("up_to", models.BigIntegerField(default=0, help_text="contacts up to this number have their letter")),
                ("ended", models.BooleanField(default=False)),
                ("moved_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preparing_lanes",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("campaign", "lane"), name="preparing_lane_once")],
            },
        ),
        migrations.RunPython(go_on_as_one_lane, begin_again),
    ]
