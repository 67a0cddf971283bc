"""The evidence of a fall within the month on its page: windows of 30 days, and the figures out of the rows that it shows."""

import datetime as dt

import pytest

from guanxi.record.dealings.models import Dealing
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import EvidenceRow, recompute
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fall(scene) -> Signal:
    """Seven windows of 2022: 4,200 in each, by six purchases, and one of 700 in the last."""
    customer, last = scene.ids["王海峰"], dt.date(2022, 9, 26)
    days = [last - dt.timedelta(days=29)] + [last - dt.timedelta(days=30 + 5 * back) for back in range(36)]
    Dealing.objects.bulk_create(
        [
            Dealing(
                customer_id=customer, occurred_on=day, occurred_at=dt.datetime.combine(day, dt.time(4), dt.UTC),
                amount=70_000, currency="CNY",
            )
            for day in days
        ]
    )  # fmt: skip
    given = {
        "season": None,
        "shift": 0.0,
        "spread": 0.3,
        "offset": 5_000,
        "offset_share": 0.05,
        "weight": 6,
        "spread_floor": 0.2,
    }
    span = {"from": (last - dt.timedelta(days=209)).isoformat(), "to": last.isoformat()}
    evidence = {"table": "dealings", "customer_id": customer, **span, "measure": "gross_by_window", "given": given}
    evidence["figures"] = recompute([EvidenceRow(day, 70_000, True) for day in days], evidence)
    return Signal.objects.create(
        key="within", customer_id=customer, kind="spend_drop", state="alarm", occurred_on=last, detected_on=last,
        changed_on=last, evidence=evidence,
    )  # fmt: skip


def test_the_page_computes_the_windows_again_from_its_rows(scene, looking, fall):
    page = looking(scene, "lin", language="en").get(f"/signals/{fall.code}/evidence/")
    words = words_of(page)
    assert "In the 30 days up to 26 September 2022 spending was ¥700 instead of about ¥4,200 (−83.3%)." in words
    assert (
        "Computed again from these rows: usually ¥4,200 in 30 days, ¥700 in the last 30, ¥3,500 less. "
        "This agrees with what was said."
    ) in words
    assert "Purchases by 30 days: usually ¥4,200, ¥700 in the last ones" in page.content.decode()
