"""How long it takes from the first contact to the purchase, of who came back and of who is new (WIN-03)."""

import datetime as dt

import pytest

from guanxi.insight.appraisal.acquisition import read_arrivals, tell_conversion
from tests.insight.appraisal import books

END = dt.date(2026, 6, 30)


@pytest.mark.parametrize("regained, new", [((14, 21, 35), (40, 46, 90)), ((3, 4), (10,))])
def test_who_came_back_buys_sooner_than_who_is_new(regained, new):
    """Medians of 21 days against 46; whom nobody spoke with before, and what was said before the absence, count nothing."""
    bought, spoken = [], []
    for number, days in enumerate(regained):
        came = END - dt.timedelta(30)
        bought += [(number, END - dt.timedelta(1_000 + 30 * month), 100) for month in range(4)] + [(number, came, 100)]
        spoken += [
            (number, came - dt.timedelta(days)),
            (number, came - dt.timedelta(1)),
            (number, END - dt.timedelta(1_050)),
        ]
    for number, days in enumerate(new, start=100):
        bought += [(number, END - dt.timedelta(60), 100), (number, END - dt.timedelta(30), 100)]
        spoken += [(number, END - dt.timedelta(60 + days)), (number, END - dt.timedelta(20))]
    bought += [(200, END - dt.timedelta(10), 100)]  # nobody had spoken with him
    bench = books.print_days(bought)
    for who, day in spoken:
        bench.run("INSERT INTO conversations VALUES ($who, $day, 2, 2, 1, NULL)", who=who, day=day)
    middle = {
        name: sorted(days)[len(days) // 2] if len(days) % 2 else sum(days) / 2
        for name, days in (("regained", regained), ("new", new))
    }
    assert tell_conversion(bench, read_arrivals(bench, as_of=END)) == {
        "regained": {"customers": len(regained), "median_days": middle["regained"]},
        "new": {"customers": len(new), "median_days": middle["new"]},
    }
    assert tell_conversion(bench, read_arrivals(bench, as_of=END - dt.timedelta(2_000))) == {}
