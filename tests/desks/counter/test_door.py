"""The door of the counter: not built yet, and it says so from the plan's coverage."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_door_says_what_is_not_there_yet(client, language):
    answer = client.get("/counter/", {"lang": language}, follow=True)
    assert answer.status_code == 200
    assert answer.content.decode().count("/plan/clauses/") >= 1


def test_it_takes_no_posts(client):
    assert client.post("/counter/").status_code in (403, 405)
