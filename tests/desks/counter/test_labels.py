"""Codes that pages of the counter show have words in both languages."""

from yumiao.base.events.declare import Event
from yumiao.base.people import happened as of_people
from yumiao.calc.feeds.contracts import DEPARTMENTS
from yumiao.desks.counter import labels
from yumiao.engines.exchange import happened as of_batches

KINDS = [one for module in (of_people, of_batches) for one in vars(module).values() if isinstance(one, type) and issubclass(one, Event)]
EVENTS = {one.name for one in KINDS if one is not Event}


def test_departments_and_why_a_run_was_made_are_said_in_words():
    assert len(EVENTS) == 7 and EVENTS <= labels.BECAUSE.keys()
    assert set(DEPARTMENTS) <= labels.DEPARTMENTS.keys()
    for zh, en in (*labels.BECAUSE.values(), *labels.DEPARTMENTS.values()):
        assert zh and en and zh != en
