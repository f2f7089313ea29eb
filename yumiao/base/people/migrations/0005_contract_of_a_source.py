"""From which kind of file the rows of a source came. SQLite makes the table anew for it, and the guard would be gone with the old one."""

from django.db import migrations, models

from yumiao.base.people.triggers import HISTORY


def _run(statements):
    def run(apps, editor):
        for statement in statements(editor.connection.vendor):
            editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("people", "0004_binding")]
    operations = [
        migrations.RunPython(_run(HISTORY.drop), _run(HISTORY.create)),
        migrations.AddField(model_name="source", name="contract", field=models.CharField(default="", max_length=60)),
        migrations.RunPython(_run(HISTORY.create), _run(HISTORY.drop)),
    ]
