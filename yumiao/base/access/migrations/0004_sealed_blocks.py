from django.db import migrations, models

from yumiao.base.access.triggers import BLOCKS


def _run(statements):
    def run(apps, editor):
        for statement in statements(editor.connection.vendor):
            editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("access", "0003_clients")]
    operations = [
        migrations.CreateModel(
            name="SealedBlock",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("cell", models.BinaryField()),
            ],
        ),
        migrations.RunPython(_run(BLOCKS.create), _run(BLOCKS.drop)),
    ]
