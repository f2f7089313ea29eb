"""More keys by which mentions meet: whoever is named second by a row, and the home with the birth date or with the name's sound. A batch
waits, is taken in, taken back or refused; there is no state between."""

from django.db import migrations, models

KEYS = ("by_other_elder", "by_other_place", "by_namesake")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_quality_and_rulings")]

    operations = [
        *(migrations.AddField("mention", name, models.BigIntegerField(null=True)) for name in KEYS),
        migrations.RemoveConstraint("batch", "exchange_batch_once"),
        migrations.AddConstraint(
            "batch",
            models.UniqueConstraint(
                condition=models.Q(("state__in", ("received", "taken"))), fields=("department", "digest"), name="exchange_batch_once"
            ),
        ),
        *(
            migrations.AddIndex(
                "mention",
                models.Index(condition=models.Q((f"{name}__isnull", False)), fields=[name], name=f"exchange_{name}"),
            )
            for name in KEYS
        ),
    ]
