"""The database itself refuses to change an edition. SQLite drops the trigger when it rebuilds the table: a migration that alters Edition creates it anew."""
from django.db import migrations

MESSAGE = "An edition is never changed."
CREATE = {
    "sqlite": [f"CREATE TRIGGER edition_is_frozen BEFORE UPDATE ON reviews_edition BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"],
    "postgresql": [
        f"CREATE FUNCTION edition_is_frozen() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER edition_is_frozen BEFORE UPDATE ON reviews_edition FOR EACH ROW EXECUTE FUNCTION edition_is_frozen()",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER edition_is_frozen"],
    "postgresql": ["DROP TRIGGER edition_is_frozen ON reviews_edition", "DROP FUNCTION edition_is_frozen"],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
