"""Names that somebody bore beside the one that counts are found by their text; of everybody's names they are few."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_contract_of_a_source")]

    operations = [
        migrations.AddIndex(
            "nameborne",
            models.Index(condition=models.Q(("kind", "full"), _negated=True), fields=["text"], name="people_name_beside"),
        )
    ]
