"""From which kind of file the rows of a source came. SQLite makes the table anew for it, and the guard would be gone with the old one."""

from django.db import migrations, models

from yumiao.base.people.triggers import HISTORY


class Migration(migrations.Migration):
    dependencies = [("people", "0004_binding")]
    operations = [
        migrations.RunPython(HISTORY.lift, HISTORY.lay),
        migrations.AddField(model_name="source", name="contract", field=models.CharField(default="", max_length=60)),
        migrations.RunPython(HISTORY.lay, HISTORY.lift),
    ]
