"""Judgments by what rows say, births worked off, and the figures of the quality board, which only grow."""

import django.db.models.deletion
from django.db import migrations, models

from yumiao.engines.exchange.triggers import CLOSED


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(unique=True)),
                ("links", models.BigIntegerField()),
                ("who", models.CharField(max_length=150)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name="disagreement",
            name="at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="disagreement",
            name="gone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pair",
            name="at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="pair",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="BirthWorked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=150)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("note", models.CharField(max_length=400)),
                ("mention", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="worked", to="exchange.mention")),
            ],
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("why", models.CharField(max_length=10)),
                ("batch", models.BigIntegerField(null=True)),
                ("who", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("month", "number"), name="exchange_closing_once")],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department", models.CharField(max_length=40)),
                ("contract", models.CharField(default="", max_length=60)),
                ("county", models.CharField(max_length=6, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("field", models.CharField(default="", max_length=60)),
                ("of", models.BigIntegerField(null=True)),
                ("n", models.BigIntegerField(null=True)),
                ("closing", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="exchange.closing")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=30)),
                ("joined", models.BigIntegerField()),
                ("pair", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="drawn", to="exchange.pair")),
                ("sample", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="drawn", to="exchange.sample")),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department", models.CharField(max_length=40)),
                ("contract", models.CharField(default="", max_length=60)),
                ("county", models.CharField(max_length=6, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("field", models.CharField(default="", max_length=60)),
                ("of", models.BigIntegerField(null=True)),
                ("n", models.BigIntegerField()),
                ("batch", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="exchange.batch")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Weighed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("through", models.BigIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("batch", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="weighed", to="exchange.batch")),
            ],
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("a", models.CharField(max_length=32)),
                ("b", models.CharField(max_length=32)),
                ("a_day", models.BigIntegerField()),
                ("b_day", models.BigIntegerField()),
                ("settles", models.BooleanField()),
                (
                    "judgment",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="ruling", to="exchange.judgment"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["a", "b"], name="exchange_ruling_rows")],
            },
        ),
        migrations.RunPython(CLOSED.lay, CLOSED.lift),
    ]
