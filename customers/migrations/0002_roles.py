from django.db import migrations

ROLES = ("staff", "manager", "admin")


def make_roles(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


def drop_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    """The three roles. What the admin role may do in Django admin is granted by `customers.roles` after migrating."""

    dependencies = [("customers", "0001_people")]
    operations = [migrations.RunPython(make_roles, drop_roles)]
