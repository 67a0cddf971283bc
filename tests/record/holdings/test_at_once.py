"""Two who give notice of the same contract at the same moment: one is told, and one notice stands."""

import datetime as dt

import pytest

from guanxi.identity.queries import firm_day
from guanxi.record.holdings.models import Ending, Holding
from guanxi.record.holdings.services import give_notice
from tests.crowd import second_is_told
from tests.stories.scene import build_scene

pytestmark = pytest.mark.both


def test_a_notice(transactional_db):
    from guanxi.record.customers import search

    search.rebuild_search()
    scene = build_scene()
    customer = scene.customer("王海峰").pk
    held = Holding.objects.create(customer_id=customer, reference="H1", opened_on=firm_day())
    ends, gao = firm_day() + dt.timedelta(60), scene.person("gao")

    def give(ground: str):
        return lambda: give_notice(customer, holding=held.code, ground=ground, ends_on=ends, by=gao)

    assert second_is_told(give("clause 9"), give("clause 7")) == "ending.stands"
    assert Ending.objects.get().ground == "clause 9"
