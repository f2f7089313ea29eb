"""`yumiao client` as it is typed: a token once, a list without it, an end; and refusals in a sentence."""

import json

import pytest

from yumiao.base.access.queries import client_of
from yumiao.base.access.roles import SYSTEM
from yumiao.base.access.service import give_role
from yumiao.base.people.service import open_account
from yumiao.config.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setattr("yumiao.config.startup.start_on_tables", lambda: None)
    give_role(by=SYSTEM, account=open_account(by=SYSTEM, username="keeper", display_name="k"), role="operator")
    give_role(by=SYSTEM, account=open_account(by=SYSTEM, username="head", display_name="h"), role="leader")

    def do(*words):
        code = main(["client", *words])
        return code, *capsys.readouterr()

    return do


def test_open_list_end(run):
    code, token, _ = run("open", "welfare", "--area", "532503", "--purpose", "care", "--purpose", "matter", "--as", "keeper")
    assert code == 0 and client_of(token.strip()).area == "532503"
    [shown] = json.loads(run("list")[1])["clients"]
    assert (shown["name"], shown["purposes"], shown["until"]) == ("welfare", ["care", "matter"], None) and token.strip() not in str(shown)
    assert run("end", "welfare", "--as", "keeper")[0] == 0 and client_of(token.strip()) is None
    assert json.loads(run("list")[1])["clients"][0]["until"]


OPEN = ("open", "welfare", "--purpose", "care")


@pytest.mark.parametrize(
    "words",
    [
        (*OPEN, "--as", "keeper"), (*OPEN, "--area", "532503", "--purpose", "hiring", "--as", "keeper"),
        (*OPEN, "--area", "532503", "--as", "head"), ("end", "welfare", "--as", "keeper"), ("end", "welfare"),
    ],
)  # fmt: skip
def test_refusals(run, words):
    code, out, err = run(*words)
    assert (code, out) == (2, "") and err.strip() and "Traceback" not in err
