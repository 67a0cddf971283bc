"""The timeline engine against the obvious way: all rows, sorted, cut."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.identity.queries import system_principal
from guanxi.record.customers import timeline as engine
from guanxi.record.customers.timeline import TimelineRow, timeline

DAY = dt.date(2026, 6, 30)
PRINCIPAL = system_principal("test")


@pytest.fixture(autouse=True)
def no_sources(monkeypatch):
    monkeypatch.setattr(engine, "_sources", {})


def source_of(rows: list[TimelineRow]):
    """A source that keeps its contract: before a place, newest first, at most limit."""

    def source(customer_id, principal, before, limit):
        there = [row for row in rows if before is None or (row.on, row.id) < before]
        return sorted(there, key=lambda row: (row.on, row.id), reverse=True)[:limit]

    return source


days = st.integers(0, 4).map(lambda n: DAY - dt.timedelta(days=n))
lists = st.dictionaries(
    st.sampled_from(["calls", "dealings", "stages"]),
    st.lists(days, max_size=12),
)


@given(days_of=lists, limit=st.integers(1, 7))
def test_pages_follow_each_other_without_a_gap_or_a_double(days_of, limit):
    everything = []
    engine._sources.clear()
    for name, when in days_of.items():
        rows = [TimelineRow(day, number, name) for number, day in enumerate(when, start=1)]
        engine.register_source(name, source_of(rows))
        everything += [(row.on, name, row.id) for row in rows]
    seen, before = [], None
    while True:
        page, before = timeline(1, PRINCIPAL, before=before, limit=limit)
        assert len(page) <= limit
        seen += [(row.on, row.source, row.id) for row in page]
        if before is None:
            break
    assert seen == sorted(everything, reverse=True)


def test_each_source_is_asked_once_a_page_and_only_those_wanted():
    asked = []

    def source(customer_id, principal, before, limit):
        asked.append((customer_id, principal.code, before, limit))
        return [TimelineRow(DAY, 7, "call")]

    engine.register_source("calls", source)
    engine.register_source("stages", source)
    page, more = timeline(42, PRINCIPAL, limit=2)
    assert [(row.source, row.id) for row in page] == [("stages", 7), ("calls", 7)]
    assert more is None
    timeline(42, PRINCIPAL, before=engine.Place(DAY, "calls", 7), limit=2, only=["stages", "unknown"])
    assert asked == [
        (42, "test", None, 3),
        (42, "test", None, 3),
        (42, "test", (DAY, 0), 3),
    ]
