"""The database refuses to change or delete what departments sent and what people judged."""

from django.db import migrations

from yumiao.engines.exchange.triggers import KEPT


def _run(statements):
    def run(apps, editor):
        for statement in statements(editor.connection.vendor):
            editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_batches")]
    operations = [migrations.RunPython(_run(KEPT.create), _run(KEPT.drop))]
