"""On PostgreSQL a block that fits into a page stands in the row itself: one read brings it, where a table beside it would cost three."""

from django.db import migrations


def _storage(kind):
    def run(apps, editor):
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE access_sealedblock ALTER COLUMN cell SET STORAGE {kind}")

    return run


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sealed_blocks")]

    operations = [migrations.RunPython(_storage("MAIN"), _storage("EXTENDED"))]
