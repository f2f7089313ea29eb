"""The same files, sent twice at the same moment, are one batch that is taken in once, and both senders are told so."""

import threading

import pytest
from django.db import connection

from tests.calc.feeds.files import text
from yumiao.base.access.roles import SYSTEM
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Batch, Mention

from .conftest import POLICE, man, woman


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_the_same_files_twice_at_once_are_one_batch(tmp_path, day, known):
    file, many = text(tmp_path / "people.csv", [POLICE, woman(0), man(0)]), 3
    sent = {"by": SYSTEM, "department": "police", "files": [file], "plan": "honghe", "today": day}
    if known:
        service.receive(**sent)
    ready, came, failed = threading.Barrier(many), [], []

    def send() -> None:
        try:
            ready.wait(20)
            came.append(service.load(**sent)[0])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(many)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not failed, failed
    batch = Batch.objects.get()
    assert {one.batch for one in came} == {batch.pk} and batch.state == Batch.TAKEN and Mention.objects.count() == 2
    assert sum(one.new for one in came) == (0 if known else 1)
