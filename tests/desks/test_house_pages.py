"""The house: guides, privacy, and every page's frame in both languages."""

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
