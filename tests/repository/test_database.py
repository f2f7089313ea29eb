"""The database's shape: no migration missing, nothing tied across engines."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)
    except SystemExit:
        pytest.fail(f"run django-admin makemigrations:\n{out.getvalue()}")


def shelf(model) -> str:
    """The package that owns a model: yumiao.engines.matters, yumiao.base.people."""
    return ".".join(model.__module__.split(".")[:3])


def test_no_foreign_key_between_engines():
    """References between engines are by kind and id; an engine may not reach up or sideways."""
    odd = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if shelf(model).startswith("yumiao.")
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and shelf(field.related_model).startswith("yumiao.engines.")
        and shelf(field.related_model) != shelf(model)
    ]
    assert odd == []
