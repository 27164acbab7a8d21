"""The database itself refuses to change or delete an entry of the audit trail, whoever asks.

Both databases refuse UPDATE and DELETE. PostgreSQL lets TRUNCATE through, which is how it empties a whole database
(`manage.py flush`, and tests with real commits): that takes the owner of the table, who could drop the trigger too.
SQLite has no TRUNCATE and empties tables by DELETE, so there `flush` is refused; tests with real commits drop that
one trigger once, after migrating (tests/conftest.py).

SQLite drops triggers without a word when a later migration remakes the table: call `make_triggers` there again. A
test looks for them.
"""

from django.db import migrations

TABLE = "customers_auditentry"
WORDS = "The audit trail is only added to."
SQLITE = {
    f"{TABLE}_no_{verb}": (
        f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )
    for verb in ("update", "delete")
}
POSTGRESQL = (
    f"CREATE FUNCTION {TABLE}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE TRIGGER {TABLE}_is_kept BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_is_kept()",
)


def make_triggers(apps, schema_editor):
    for statement in SQLITE.values() if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
    else:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_is_kept ON {TABLE}", params=None)
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_is_kept()", params=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_roles")]
    operations = [migrations.RunPython(make_triggers, drop_triggers)]
