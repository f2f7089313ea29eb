from django.db import migrations, models

from yumiao.base.access.triggers import BLOCKS


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
        migrations.RunPython(BLOCKS.lay, BLOCKS.lift),
    ]
