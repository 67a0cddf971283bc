"""Two who set the same capacity at the same moment: the later one counts, nobody meets an error, on either database."""

import pytest

from guanxi.engage.offers.choices import Way
from guanxi.engage.policy.models import Capacity
from guanxi.engage.policy.services import set_capacity
from guanxi.identity.queries import firm_day
from tests.crowd import second_is_told
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.both


@pytest.mark.parametrize("on_a_day", [True, False])
def test_a_capacity(transactional_db, on_a_day):
    build_scene()
    day = firm_day() if on_a_day else None
    first, second = (lambda units=units: set_capacity(Way.CALL, units, day=day, by=SYSTEM) for units in ("7", "9"))
    assert second_is_told(first, second) == ""
    assert (Capacity.objects.get().units, Capacity.objects.get().day) == (9, day)
