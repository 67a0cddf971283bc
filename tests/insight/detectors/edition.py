"""Small editions for detectors: customers with months of spend or days of visits, put into an empty workbench."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.rules import EvidenceRow


class Edition:
    """Collects rows and fills a workbench once. Money in whole units (yuan) where it is written, minor units inside."""

    def __init__(self, *, currency: str = "CNY") -> None:
        self.bench = Workbench.with_empty_edition()
        self.bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ($c, 'Asia/Shanghai', 1)", c=currency)
        self.customers: list[dict] = []
        self.lines: list[tuple[int, dt.date, int]] = []

    def add(self, code: str = "", **fields: object) -> int:
        """A customer; its id."""
        number = len(self.customers) + 1
        row = {"customer_id": number, "code": code or f"c{number:05}", "stage": 3, "state": 0, "tier": 9, "segment": ""}
        self.customers.append(row | fields)
        return number

    def spends(self, customer: int, months: Sequence[float | None], *, until: str, day: int = 15) -> None:
        """One purchase a month, the last of them in the month `until` ("2026-06"); None or 0 for no purchase."""
        year, month = map(int, until.split("-"))
        for back, amount in enumerate(reversed(months)):
            if amount:
                number = year * 12 + month - 1 - back
                on = dt.date(number // 12, number % 12 + 1, day)
                self.lines.append((customer, on, round(amount * 100)))

    def visits(self, customer: int, days: Iterable[dt.date], amount: float = 180) -> None:
        """A purchase on each of the days."""
        self.lines += [(customer, day, round(amount * 100)) for day in days]

    def fill(self) -> Workbench:
        """Write everything into the workbench's tables."""
        self.bench.keep("customers", pa.Table.from_pylist(self.customers))
        table = pa.table(
            {
                "customer_id": pa.array([line[0] for line in self.lines], pa.int64()),
                "day": pa.array([line[1] for line in self.lines], pa.date32()),
                "amount": pa.array([line[2] for line in self.lines], pa.int64()),
            }
        )
        fill_from_lines(self.bench, table)
        return self.bench

    def rows_of(self, customer: int) -> list[EvidenceRow]:
        """The customer's lines, as evidence is recomputed from them."""
        return [EvidenceRow(day, amount, True) for who, day, amount in self.lines if who == customer]


def fill_from_lines(bench: Workbench, lines: pa.Table) -> None:
    """Fill days, months and feed from purchase lines (customer_id, day, amount in minor units)."""
    bench.register("some_lines", lines)
    bench.run(
        """
        DELETE FROM days; DELETE FROM months; DELETE FROM feed;
        INSERT INTO days (customer_id, day, gross, net, lines, is_purchase, margin)
        SELECT customer_id, day, sum(amount), sum(amount), count(*), TRUE, sum(amount) FROM some_lines GROUP BY customer_id, day;
        INSERT INTO months (customer_id, month, gross, net, lines)
        SELECT customer_id, month_of(day), sum(gross), sum(net), sum(lines) FROM days GROUP BY customer_id, month_of(day);
        INSERT INTO feed (day, lines, gross) SELECT day, sum(lines), sum(gross) FROM days GROUP BY day;
        """
    )
    bench.unregister("some_lines")


def by_customer(rows: pa.Table) -> Mapping[int, dict]:
    """Rows by customer id; at most one a customer is expected."""
    found = rows.to_pylist()
    assert len({row["customer_id"] for row in found}) == len(found)
    return {row["customer_id"]: row for row in found}
