from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_one_call_per_occasion"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("known_as", ""), _negated=True),
                fields=["first_name"],
                name="contact_called_otherwise",
            ),
        ),
    ]
