"""Each setting, command, model, event and permission has its line of documentation, and no line documents what is gone."""

import importlib
import importlib.util
import re

import pytest
from django.apps import apps

from yumiao.base.access.roles import ROLES
from yumiao.base.events.declare import Event

from .tree import ROOT, paths, read

SETTING = re.compile(r"\b(YUMIAO_[A-Z][A-Z_]*[A-Z]|DATABASE_URL)\b")
SETTINGS, REFERENCE = "docs/settings.md", "docs/reference.md"


def read_settings() -> set[str]:
    """Every variable of the environment that the product reads."""
    return {found for name in paths() if name.startswith("yumiao/") and name.endswith(".py") for found in SETTING.findall(read(name))}


def commands() -> set[str]:
    """Every command of the program."""
    return {
        found[1] for name in paths() if (found := re.fullmatch(r"yumiao/config/commands/([a-z]+)\.py", name)) and "\ndef add(" in read(name)
    }


def models() -> set[str]:
    """Every model of ours, as app.Model."""
    return {f"{model._meta.app_label}.{model.__name__}" for model in apps.get_models() if model.__module__.startswith("yumiao.")}


def rows(page: str, heading: str) -> set[str]:
    """The first cells, in back quotes, of the table under a heading."""
    found = re.search(rf"^## {re.escape(heading)}.*?$(.*?)(?=^## |\Z)", read(page), re.M | re.S)
    assert found, f"{page} has no heading {heading}"
    return set(re.findall(r"^\| `([^`]+)`", found[1], re.M))


def test_settings_are_documented():
    assert rows(SETTINGS, "Settings") == read_settings()


def test_commands_are_documented():
    assert {row.split()[0] for row in rows(REFERENCE, "Commands")} == commands()


def test_models_are_documented():
    assert rows(REFERENCE, "Models") == models()


def kinds_of(event: type) -> set[str]:
    """The names of all events below one."""
    return {name for kind in event.__subclasses__() for name in {kind.name, *kinds_of(kind)} if kind.__module__.startswith("yumiao.")}


def test_events_are_documented():
    for name in paths():
        if re.fullmatch(r"yumiao/(base|engines)/[a-z]+/(declare|happened)\.py", name):
            importlib.import_module(name.removesuffix(".py").replace("/", "."))
    assert rows(REFERENCE, "Events") == kinds_of(Event)


def test_roles_are_documented():
    assert rows(REFERENCE, "Roles") == set(ROLES)


def test_models_say_what_their_word_means():
    """A model's docstring opens with the definition of its word; the Chinese term stands in it."""
    silent = [
        f"{model._meta.app_label}.{model.__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("yumiao.") and not re.search(r"[一-鿿]", model.__doc__ or "")
    ]
    assert silent == []


@pytest.mark.parametrize("planted", ["YUMIAO_PLANTED", "DATABASE_URL"])
def test_an_undocumented_setting_would_be_found(planted):
    assert SETTING.findall(f'os.environ["{planted}"]') == [planted]


def test_facts_are_documented():
    """docs/facts.md is what tools/facts.py writes."""
    spec = importlib.util.spec_from_file_location("facts", ROOT / "tools/facts.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert read("docs/facts.md") == tool.page(), "run tools/facts.py"
