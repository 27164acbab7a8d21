from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists are sorted by an accent-blind key: the database's own order puts Άννα after Ώρα."""

    dependencies = [("customers", "0002_roles")]
    operations = [
        migrations.AddField(
            model_name="contact",
            name="sort_key",
            field=models.CharField(blank=True, editable=False, max_length=160),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("erased_at", None)), fields=["sort_key", "id"], name="contact_by_sort_key"
            ),
        ),
    ]
