"""The house's own pages and its frame, in both languages."""

import re

import pytest
from django.test import override_settings

from yumiao.desks.house import law

PAGES = ["/counter/", "/cockpit/", "/help/", "/help/plan/", "/help/family/", "/privacy/"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_each_page_in_both_languages(client, address, lang):
    page = client.get(address, {"lang": lang})
    assert page.status_code == 200
    assert f'<html lang="{"en" if lang == "en" else "zh-CN"}"' in page.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_wrong_method(client, address):
    answer = client.post(address)
    assert answer.status_code == 405 and answer.headers["Allow"]


@pytest.mark.parametrize("address", ["/help/nothing/", "/help/../settings/", "/help/README/"])
def test_no_such_guide(client, address):
    page = client.get(address)
    assert page.status_code == 404 and 'class="ym"' in page.content.decode()


def test_a_page_holds_no_script_or_style_of_its_own(client):
    for address in [*PAGES, "/plan/", "/plan/clauses/5/", "/plan/clauses/A/", "/plan/readings/", "/api/docs/"]:
        text = client.get(address).content.decode()
        assert " style=" not in text and "<style" not in text and " onclick=" not in text and "<script>" not in text, address


def test_the_language_switch_keeps_the_page(client):
    text = client.get("/plan/?q=leave&for=family&lang=en").content.decode()
    assert 'href="/plan/?q=leave&amp;for=family&amp;lang=zh"' in text


def test_large_text_is_kept(client):
    client.get("/privacy/?text=large")
    assert 'data-ym-text="large"' in client.get("/privacy/").content.decode()


def test_a_closed_door_names_only_what_coverage_owes(client):
    text = client.get("/counter/").content.decode()
    owing = {one["id"] for one in law.coverage()["measures"] if set(one["owed"]) & set("MRPHBXN")}
    done = {one["id"] for one in law.coverage()["measures"]} - owing
    assert all(f">方案第{id}条<" in text or f">方案 {id}<" in text for id in owing)
    assert not any(f">方案第{id}条<" in text for id in done)


def test_the_notice_is_the_demonstrations(client):
    assert "ym-notice" not in client.get("/privacy/").content.decode()
    with override_settings(DEMO=True):
        text = client.get("/privacy/").content.decode()
    assert "ym-notice" in text and "switch/role" in text


def test_the_guide_shows_its_picture(client):
    page = client.get("/help/family/").content.decode()
    address = re.search(r'<img src="([^"]+family[^"]*\.png)" alt="[^"]+"', page)
    assert address and client.get(address[1]).status_code == 200
