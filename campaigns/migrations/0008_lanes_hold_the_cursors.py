from django.db import migrations


class Migration(migrations.Migration):
    """A migration of its own: PostgreSQL alters no table while rows just written wait for their keys to be checked."""

    dependencies = [("campaigns", "0007_preparing_lanes")]

    operations = [migrations.RemoveField(model_name="campaign", name="prepared_up_to")]
