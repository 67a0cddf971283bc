"""`guanxi pivot`: keys of cities and teams become names; what is not asked rightly is refused in words."""

import json

import pyarrow as pa
import pytest
from click.testing import CliRunner
from django.conf import settings

from guanxi.ground.refusals import Refused
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.workbench import EDITION_SQL, Workbench
from guanxi.project.commands.brain import pivot_command
from guanxi.record.customers.models import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """An edition of three customers in two cities, two of whom dealt."""
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="en")
    city = City.objects.create(name="苏州", form="苏州", name_key="su zhou").pk
    where = places()
    where.make()
    with Workbench(where.edition("pivoted"), spill=where.spill) as bench:
        bench.run(EDITION_SQL)
        rows = {"customer_id": [1, 2, 3], "tier": pa.array([1, 3, None], pa.int16()), "city": [city, city, 10**9]}
        bench.keep("cube", pa.table({**rows, "value": [700, -20, None], "volume": [90, 8, None]}))
    where.point_to("pivoted")


def test_cells_carry_names_and_add_up(edition):
    told = CliRunner().invoke(pivot_command, ["city", "tier", "--json"], catch_exceptions=False)
    found = json.loads(told.stdout)
    cells = [(one["row"], one["column"], one["customers"], one["value"], one["volume"]) for one in found["cells"]]
    assert cells == [("苏州", "A", 1, 700, 90), ("苏州", "C", 1, -20, 8), ("1000000000", "", 1, 0, 0)]
    assert (found["totals"], found["currency"]) == ({"customers": 3, "value": 680, "volume": 98}, "CNY")
    lines = CliRunner().invoke(pivot_command, ["tier"], catch_exceptions=False).stdout.splitlines()
    assert [line.split("\t") for line in lines][-1] == ["=", "", "3", "680", "98"]


def test_a_dimension_that_does_not_exist_is_refused(edition):
    with pytest.raises(Refused, match=r"There is no dimension “colour”\. There are: kind, stage, tier"):
        CliRunner().invoke(pivot_command, ["colour"], catch_exceptions=False)
