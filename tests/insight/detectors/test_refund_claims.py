"""Refund claims against orders (RSK-06): what is counted, how an order is told, and when a person is asked to look."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from guanxi.insight.detectors import refund_claims, run
from guanxi.record.dealings.models import Dealing
from tests.insight.detectors.edition import Edition

pytestmark = pytest.mark.django_db

JUNE = dt.date(2026, 6, 30)


class Shop:
    """One customer's orders in the record, and the days of his refunds in the edition."""

    def __init__(self) -> None:
        self.edition = Edition()
        self.customer = self.edition.add("buyer")
        self.bench = self.edition.fill()

    def line(self, day: dt.date, yuan: float, order: str = "", **more) -> None:
        Dealing.objects.create(
            customer_id=self.customer, occurred_on=day, occurred_at=dt.datetime.combine(day, dt.time(4), dt.UTC),
            amount=round(yuan * 100), order_reference=order, **{"currency": "CNY"} | more,
        )  # fmt: skip

    def orders(self, bought: int, claimed: int, *, ago: int = 50, named: bool = True) -> None:
        """An order every third day, of two lines; the first of them claimed the day after, line by line."""
        for number in range(bought):
            day = JUNE - dt.timedelta(days=ago - 3 * number)
            order = f"{ago}-{number}" if named else ""
            for yuan in (100, 25):
                self.line(day, yuan, order)
                if number < claimed:
                    self.line(day + dt.timedelta(days=1), -yuan, order)

    def stated(self, as_of: dt.date = JUNE, **thresholds: float) -> list[dict]:
        lines = Dealing.objects.filter(amount__lt=0, cancelled=False).exclude(category="salary")
        rows = [{"customer_id": line.customer_id, "day": line.occurred_on, "lines": 1} for line in lines]
        kinds = pa.schema({"customer_id": pa.int64(), "day": pa.date32(), "lines": pa.int32()})
        self.bench.keep("refunds", pa.Table.from_pylist(rows, schema=kinds))
        given = {f"abuse_review.{name}": value for name, value in thresholds.items()}
        return run(self.bench, as_of=as_of, thresholds=given, only=[refund_claims]).to_pylist()

    def counted(self, as_of: dt.date = JUNE, **thresholds: float) -> list[tuple[int, int, int]]:
        found = [json.loads(row["evidence"])["figures"] for row in self.stated(as_of, **thresholds)]
        return [(one["claims"], one["orders"], one["returned"]) for one in found]


@pytest.fixture
def shop():
    return Shop()


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    "bought, claimed, counted",
    [
        (7, 6, [(6, 7, 75_000)]),
        (8, 7, [(7, 8, 87_500)]),
        (7, 5, []),
        (8, 6, []),
        (16, 12, []),
        (16, 13, [(13, 16, 162_500)]),
    ],
)
def test_claims_of_orders(shop, bought, claimed, counted, named):
    shop.orders(bought, claimed, named=named)
    assert shop.counted() == counted


def test_the_statement_names_what_was_counted_and_claims_nothing(shop):
    shop.orders(7, 6)
    (row,) = shop.stated()
    assert (row["kind"], row["state"], row["at_stake"], row["probability"]) == ("abuse_review", "alarm", 0, 0)
    evidence = json.loads(row["evidence"])
    assert (evidence["from"], evidence["to"], evidence["given"]) == (
        "2026-05-02", "2026-06-30", {"days": 60, "began": "2026-05-12"},
    )  # fmt: skip


def test_the_episode_stays_one_while_claims_follow_each_other(shop):
    shop.orders(7, 6)
    (first,) = shop.stated()
    shop.orders(3, 3, ago=12)
    (second,) = shop.stated()
    assert second["key"] == first["key"]
    assert shop.counted(JUNE + dt.timedelta(days=60)) == []  # too long ago
    shop.orders(7, 7, ago=-100)
    (other,) = shop.stated(JUNE + dt.timedelta(days=125))
    assert other["key"] != first["key"]


def test_what_is_no_claim(shop):
    shop.orders(7, 5)
    shop.line(JUNE, -8_000, category="Salary")  # income credited
    shop.line(JUNE, -10, "x", cancelled=True)
    shop.line(JUNE, -10, "y", currency="USD")
    assert shop.counted() == []
    shop.line(JUNE, -10, "bought long ago")  # a named order counts where it is claimed
    assert shop.counted() == []  # 6 of 8
    assert shop.counted(share=0.75) == [(6, 8, 63_500)]
    assert shop.counted(share=0.75, claims=7) == []
    assert shop.counted(share=0.3, days=30, claims=3) == []
