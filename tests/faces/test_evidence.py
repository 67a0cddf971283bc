"""Evidence: the page shows exactly the rows from which the number recomputes, and a test recomputes it from the page."""

import datetime as dt
import re
from itertools import pairwise
from statistics import median

import pytest

from guanxi.record.actions.models import Action
from guanxi.record.dealings.models import Dealing
from guanxi.record.signals.models import Signal
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


def rows_in(response) -> list[tuple[str, int]]:
    """(day, minor units) of the rows of the page."""
    part = response.content.decode().partition('<section id="rows">')[2]
    found = re.findall(r'<td class="nowrap">([^<]+)</td>.*?<td class="num">([^<]+)</td>', part)
    return [(day, round(float(amount.replace(",", "")) * 100)) for day, amount in found]


def sums_in(response) -> dict[str, tuple[int, int]]:
    """(minor units, lines) by month, newest first."""
    found = re.findall(
        r'#rows">([^<]+)</a></td><td class="num">([^<]+)</td><td class="num">(\d+)</td>', response.content.decode()
    )
    return {month: (round(float(amount.replace(",", "")) * 100), int(lines)) for month, amount, lines in found}


def evidence_of(name: str) -> str:
    return f"/actions/{Action.objects.get(customer__name=name).code}/evidence/"


def test_the_figures_recompute_from_the_rows_of_the_page(scene, looking):
    response = looking(scene, "lin").get(evidence_of("王海峰"))
    rows, sums = rows_in(response), sums_in(response)
    assert len(rows) == 122
    assert sum(amount for _, amount in rows) == sum(amount for amount, _ in sums.values())
    by_month = [amount for amount, _ in sums.values()]
    now, before = by_month[0], by_month[1:]
    assert (now, median(before), len(before)) == (40_000, 418_500, 12)
    assert (min(before), max(before)) == (401_000, 460_000)
    assert round(1 - now / median(before), 4) == 0.9044
    words = words_of(response)
    assert "每月约 ¥4,185 的消费，6月只有 ¥400（−90.4%）。" in words
    assert "按这些明细重算：平时每月 ¥4,185，最近一月 ¥400，少 ¥3,785。与所说一致。" in words


def test_the_rows_are_those_of_the_record_and_no_others(scene, looking):
    """Refunds, other days and other customers are not counted and not shown."""
    response = looking(scene, "lin").get(evidence_of("王海峰"))
    evidence = Action.objects.get(customer__name="王海峰").evidence
    counted = Dealing.objects.filter(
        customer_id=scene.ids["王海峰"],
        occurred_on__range=(evidence["from"], evidence["to"]),
        amount__gte=0,
        currency="CNY",
        cancelled=False,
    )
    assert Dealing.objects.filter(customer_id=scene.ids["王海峰"], amount__lt=0).exists()
    assert sorted(amount for _, amount in rows_in(response)) == sorted(counted.values_list("amount", flat=True))


def test_visits_recompute_too(scene, looking):
    response = looking(scene, "lin").get(evidence_of("张立新"))
    days = [row.occurred_on for row in Dealing.objects.filter(customer_id=scene.ids["张立新"]).order_by("occurred_on")]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert len(rows_in(response)) == len(days) == 24
    assert (sum(gaps) / len(gaps), (scene.today - days[-1]).days) == (30, 186)
    assert "按这些明细重算：24 次，平均隔 30 天，最后一次是1月4日。与所说一致。" in words_of(response)


def test_a_month_shows_its_rows_alone(scene, looking):
    response = looking(scene, "lin").get(evidence_of("王海峰") + "?month=2026-06")
    assert rows_in(response) == [("6月14日", 20_000), ("6月5日", 20_000)]
    assert sum(amount for amount, _ in sums_in(response).values()) > 4_000_000  # the sums stay whole


@pytest.mark.parametrize(
    "query", ["month=2024-06", "month=june", "month=2026-13", "month=%00", "day=1", "month=" + "9" * 5000]
)
def test_a_month_outside_the_evidence_is_400(scene, looking, query):
    assert looking(scene, "lin").get(evidence_of("王海峰") + "?" + query).status_code == 400


def test_rows_corrected_since_are_said_to_differ(scene, looking):
    Dealing.objects.filter(customer_id=scene.ids["王海峰"], occurred_on=dt.date(2026, 6, 14)).update(amount=90_000)
    words = words_of(looking(scene, "lin").get(evidence_of("王海峰")))
    assert "最近一月 ¥1,100" in words
    assert "明细后来有变动" in words


def test_a_signal_opens_its_rows(scene, looking):
    signal = Signal.objects.get(customer_id=scene.ids["王海峰"])
    response = looking(scene, "lin").get(f"/signals/{signal.code}/evidence/")
    assert len(rows_in(response)) == 122
    assert f'href="/customers/{scene.codes["王海峰"]}/"' in response.content.decode()


def test_strangers_find_no_evidence(scene, looking):
    signal = Signal.objects.get(customer_id=scene.ids["王海峰"])
    for name in ("huang", "zhou"):
        assert looking(scene, name).get(evidence_of("王海峰")).status_code == 404
        assert looking(scene, name).get(f"/signals/{signal.code}/evidence/").status_code == 404


def test_what_rests_on_no_dealings_has_no_such_page(scene, looking):
    assert looking(scene, "lin").get(evidence_of("黄振华")).status_code == 404


def test_rows_that_were_taken_back_since_are_no_fault(scene, looking):
    """An import was undone after the night: nothing is left to recompute from, and the page says that it does not agree."""
    address = evidence_of("王海峰")
    Dealing.objects.filter(customer=scene.ids["王海峰"]).delete()
    response = looking(scene, "lin").get(address)
    assert (response.status_code, rows_in(response)) == (200, [])
    assert "与所说一致" not in words_of(response)
