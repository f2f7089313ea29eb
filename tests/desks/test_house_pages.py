"""The house: guides, privacy, and every page's frame in both languages."""

import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["/help/", "/privacy/", "/plan/"])
def test_the_frame_is_there(client, address, language):
    answer = client.get(address, {"lang": language}, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("<h1") == 1 and 'id="main"' in text and 'class="ym-skip"' in text
    assert "<script>" not in text and "style=" not in text and "onclick=" not in text


def test_a_guide_that_does_not_exist_is_404(client):
    assert client.get("/help/nothing/").status_code == 404


def test_a_guide_is_shown_on_its_page(client):
    assert client.get("/help/family/").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_guides_lead_to_one_another_and_show_their_pictures(client, language):
    seen, waiting = set(), ["demo", "desk"]
    while waiting:
        topic = waiting.pop()
        answer = client.get(f"/help/{topic}/", {"lang": language})
        assert answer.status_code == 200, topic
        seen.add(topic)
        text = answer.content.decode()
        assert '.md"' not in text and 'src="../' not in text
        waiting += set(re.findall(r'href="/help/([a-z]+)/"', text)) - seen
    assert {"demo", "desk", "feeds", "linking", "registry", "family"} <= seen
