"""The database refuses to change or delete what the history of persons says."""

from django.db import migrations

from yumiao.base.people.triggers import HISTORY


def _run(statements):
    def run(apps, editor):
        for statement in statements(editor.connection.vendor):
            editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("people", "0002_registry")]
    operations = [migrations.RunPython(_run(HISTORY.create), _run(HISTORY.drop))]
