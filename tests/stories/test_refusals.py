"""What is refused (PTN-03, PTN-04): evenings and race days say nothing to anybody, whatever comes in with the dealings."""

import datetime as dt

import duckdb
import pyarrow.parquet as pq
import pytest
from django.conf import settings

from guanxi.insight.warehouse.places import Places
from guanxi.record.actions.models import Action
from guanxi.record.signals.models import Signal
from tests.stories.telling import Telling
from tests.stories.test_ma import bring

AFTER = dt.date(2026, 11, 18)
RACE_DAYS = [dt.date(2026, 9, 2) + dt.timedelta(days=5 * number) for number in range(16)]


@pytest.mark.parametrize("category", ["7995", "马场取现", "Casino", "夜总会", "5813"])
def test_sixteen_withdrawals_on_race_days_create_no_signal_no_act_and_leave_no_word(telling: Telling, category):
    telling.register("PUNTER", name="罗文")
    rows = [["PUNTER", day.isoformat(), "2000.00", category, 3, "racecourse_atm"] for day in RACE_DAYS]
    rows += [["PUNTER", "2026-09-01", "88.00", "餐饮", 2, "LUNCH"]]
    bring(telling, "dealings", "customer occurred_at amount category price_tier product", rows)
    assert telling.refresh(AFTER).signals == {}
    assert (Signal.objects.count(), Action.objects.count()) == (0, 0)
    where = Places(settings.GUANXI_HOME / "warehouse")
    lines = pq.read_table(where.snapshot(where.current()) / "lines.parquet")
    assert sorted(lines["category"].to_pylist()) == [0] * 16 + [1]
    assert sum(lines["price_tier"].to_pylist()) == 2
    with duckdb.connect(str(where.edition(where.current())), read_only=True) as edition:
        assert edition.execute("SELECT sum(gross) FROM days").fetchone() == (16 * 200_000 + 8_800,)
        tables = [row[0] for row in edition.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        words = {
            str(cell)
            for table in tables
            for row in edition.execute(f'SELECT * FROM "{table}"').fetchall()
            for cell in row
        }
    assert category not in words
    assert "LUNCH" in words
    assert "racecourse_atm" not in words
