"""The database refuses to change or delete what is on record."""

from django.db import migrations

from yumiao.base.audit import triggers


def _run(statements):
    def run(apps, editor):
        for statement in statements(editor.connection.vendor):
            editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(_run(triggers.create), _run(triggers.drop))]
