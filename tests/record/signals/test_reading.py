"""Reading signals: sight, order, words in the firm's language, the timeline, the export."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.utils import translation

from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.record.signals.choices import Judgement, SignalKind, SignalState
from guanxi.record.signals.queries import (
    EXPORT_COLUMNS,
    export_rows,
    get_signal,
    open_signals,
    signals_of,
    silenced_keys,
    timeline_rows,
)
from guanxi.record.signals.services import judge_signal, raise_signals
from guanxi.record.signals.wording import explain
from tests.record.signals.rows import SPEND_EVIDENCE, signal_row
from tests.stories.scene import SYSTEM, Scene

JUNE = dt.date(2026, 6, 30)
ABSENT = {
    "figures": {
        "last": "2026-01-10",
        "visits": 24,
        "gap": 30.0,
        "usual": 18_000,
        "watch_on": "2026-03-11",
        "alarm_on": "2026-03-23",
        "lapsed_on": "2026-07-09",
    }
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def say(kind: str, state: str, evidence: dict, currency: str = "CNY") -> str:
    return explain(kind, state, evidence, currency=currency)


FALL = (
    "Spending fell from about ¥4,185 a month to ¥400 in June 2026 (−90.4%); "
    "in the 12 months before it lay between ¥4,010 and ¥4,600."
)
ABSENCE = "Last here on 10 January 2026; until then every 30 days on average, over 24 visits."


@pytest.mark.parametrize(
    "state, more",
    [
        ("alarm", ""),
        ("watch", ""),
        ("confirmed", " It has stayed low for a second month."),
        ("cleared", " Since then spending is back to the usual."),
        ("expired", " The lower level has become the habit."),
        ("refuted", " This has been explained."),
    ],
)
def test_a_fall_in_words(state, more):
    assert say("spend_drop", state, SPEND_EVIDENCE) == FALL + more


@pytest.mark.parametrize(
    "state, more",
    [
        ("watch", " Since 11 March 2026 the absence is longer than usual."),
        ("alarm", " Since 23 March 2026 the absence is far longer than usual."),
        ("lapsed", " Since 9 July 2026 the customer counts as having left."),
        ("cleared", " The customer has come again."),
        ("expired", ""),
    ],
)
def test_an_absence_in_words(state, more):
    assert say("inactivity", state, ABSENT) == ABSENCE + more


def test_other_numbers_and_currencies_in_words():
    figures = SPEND_EVIDENCE["figures"] | {"usual": 123_456_78, "now": 99_999, "drop": 0.5, "low": 0, "high": 5}
    yen = say("spend_drop", "alarm", SPEND_EVIDENCE | {"figures": figures}, "JPY")
    assert "from about JP¥12,345,678 a month to JP¥99,999 in June 2026 (−50.0%)" in yen
    pounds = say("spend_drop", "alarm", SPEND_EVIDENCE | {"figures": figures}, "GBP")
    assert "from about £123,457 a month to £1,000 in" in pounds
    once = {"figures": ABSENT["figures"] | {"gap": None, "visits": 1}}
    assert say("inactivity", "lapsed", once) == (
        "Came once, on 10 January 2026, and not again. Since 9 July 2026 the customer counts as having left."
    )


def test_few_visits_are_not_called_a_habit():
    few = {"given": {"own_gaps": 4}, "figures": ABSENT["figures"] | {"gap": 2.0, "visits": 4}}
    assert say("inactivity", "watch", few) == (
        "Came 4 times, the last time on 10 January 2026. Since 11 March 2026 the absence is longer than usual."
    )
    five = {"given": {"own_gaps": 4}, "figures": ABSENT["figures"] | {"gap": 2.0, "visits": 5}}
    assert say("inactivity", "refuted", five).startswith("Last here on 10 January 2026; until then every 2 days")


def test_a_kind_without_figures_says_its_name():
    assert say("new_home", "hypothesised", {}) == "May have moved into a new home"


def test_dates_follow_the_language():
    with translation.override("zh-hans"):
        words = say("inactivity", "alarm", ABSENT)
    assert "2026年1月10日" in words
    assert "2026年3月23日" in words


def raised(scene: Scene) -> dict[str, int]:
    people = {
        "王": scene.customer("王"),
        "吴": scene.customer("吴", "wu"),
        "无": scene.customer("无", owner=None, team="oak"),
    }
    rows = [signal_row(people["王"].pk), signal_row(people["吴"].pk, at_stake=900_000)]
    rows += [
        signal_row(people["王"].pk, kind="inactivity", state="lapsed", at_stake=5, evidence=json.dumps(ABSENT)),
        signal_row(people["无"].pk, state="watch", at_stake=100),
    ]
    raise_signals(rows, by=SYSTEM, as_of=JUNE)
    return {name: customer.pk for name, customer in people.items()}


def falls(principal) -> list[int]:
    return [who for who, _ in open_signals(principal, SignalKind.SPEND_DROP, SignalState.ALARM)]


def test_signals_are_seen_with_their_customers(scene):
    people = raised(scene)
    lin, gao, wu = scene.person("lin"), scene.person("gao"), scene.person("wu")
    assert falls(lin) == [people["王"]]
    assert falls(wu) == [people["吴"]]
    assert falls(gao) == [people["王"]]
    assert sorted(falls(SYSTEM)) == sorted([people["王"], people["吴"]])
    assert signals_of(people["吴"], principal=lin) == []
    assert len(signals_of(people["吴"], principal=SYSTEM)) == 1
    with pytest.raises(Denied):
        falls(ANONYMOUS)


def test_the_pool_s_signals_are_the_leaders(scene):
    people = raised(scene)
    watched = (SignalKind.SPEND_DROP, SignalState.WATCH)
    assert [who for who, _ in open_signals(scene.person("gao"), *watched)] == [people["无"]]
    assert open_signals(scene.person("lin"), *watched) == []
    assert open_signals(SYSTEM, SignalKind.INACTIVITY, SignalState.LAPSED, limit=0) == []


def test_one_signal_with_all_that_a_page_shows(scene):
    people = raised(scene)
    row = signals_of(people["吴"], principal=scene.person("wu"))[0]
    assert (row.kind, row.state, row.at_stake, row.explanation) == ("spend_drop", "alarm", 900_000, FALL)
    assert get_signal(row.code, principal=scene.person("wu")) == row
    assert get_signal(row.code, principal=scene.person("lin")) is None


def test_only_open_leaves_out_what_is_over(scene):
    people = raised(scene)
    raise_signals([], by=SYSTEM, as_of=JUNE, kinds=[SignalKind.SPEND_DROP])
    found = signals_of(people["王"], principal=SYSTEM, only_open=True)
    assert [row.kind for row in found] == ["inactivity"]
    assert {row.closed_on for row in signals_of(people["王"], principal=SYSTEM)} == {None, JUNE}


def test_silenced_keys_are_those_explained_on_that_day(scene):
    people = raised(scene)
    lin = scene.person("lin")
    for row, until in zip(signals_of(people["王"], principal=lin), (None, dt.date(2030, 1, 1)), strict=True):
        judge_signal(row.code, by=lin, judgement=Judgement.TRAVEL, quiet_until=until)
    judge_signal(signals_of(people["吴"], principal=SYSTEM)[0].code, by=scene.person("wu"), judgement=Judgement.TRUE)
    assert len(silenced_keys(dt.date(2030, 1, 1))) == 2
    assert len(silenced_keys(dt.date(2030, 1, 2))) == 1


def test_the_timeline_in_steps_is_the_whole(scene):
    wang = scene.customer("王")
    rows = [signal_row(wang.pk, began=str(n), occurred_on=dt.date(2026, 1, 1 + n // 2)) for n in range(7)]
    raise_signals(rows, by=SYSTEM, as_of=JUNE)
    whole = [(day, pk) for day, pk, _ in timeline_rows(wang.pk, principal=SYSTEM)]
    assert (len(whole), whole) == (7, sorted(whole, reverse=True))
    pieces, before = [], None
    while found := timeline_rows(wang.pk, principal=SYSTEM, before=before, limit=2):
        pieces += [(day, pk) for day, pk, _ in found]
        before = pieces[-1]
    assert pieces == whole


def test_the_export_is_in_the_contracts_columns(scene):
    wang = scene.customer("王", reference="K-1")
    raise_signals([signal_row(wang.pk), signal_row(scene.customer("张").pk)], by=SYSTEM, as_of=JUNE)
    rows = list(export_rows(SYSTEM))
    assert {tuple(row) for row in rows} == {EXPORT_COLUMNS}
    assert next(row for row in rows if row["customer"] == "K-1") == {
        "customer": "K-1",
        "kind": "spend_drop",
        "state": "alarm",
        "occurred_on": JUNE,
        "detected_on": JUNE,
        "severity": 0.904,
        "at_stake": Decimal("3785.00"),
        "explanation": FALL,
    }
    assert list(export_rows(SYSTEM, as_of=dt.date(2026, 6, 29))) == []
    assert list(export_rows(scene.person("wu"))) == []
