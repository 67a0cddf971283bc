"""How stories are told: customers registered, their dealings imported from a file, a refresh as of a day, and Today read."""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

from guanxi.ground.clock import frozen, start_of_day
from guanxi.ground.money import to_minor
from guanxi.identity.principals import Principal
from guanxi.insight.refresh import Report, refresh
from guanxi.project.registrations import register_importers
from guanxi.record.actions.queries import ActionLine, Today, today
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.services import NewCustomer, register_customers
from guanxi.record.dealings.queries import evidence_rows
from guanxi.record.imports.mapping import parse_mapping
from guanxi.record.imports.services import ImportOptions, import_file
from guanxi.record.signals.rules import EvidenceRow, recompute
from tests.stories.scene import SYSTEM, Scene

Dealing = tuple[str, dt.date, str]


class Telling:
    """One firm whose dealings come from files."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.folder = folder
        register_importers()

    def register(self, *references: str, owner: str = "lin", **fields: str) -> None:
        """Customers by reference, each with its reference as name unless one is given."""
        rows = [
            NewCustomer(
                **{"name": reference} | fields,
                reference=reference,
                owner=self.scene.staff[owner].code,
                stage=Stage.CUSTOMER,
            )
            for reference in references
        ]
        answers = register_customers(rows, by=SYSTEM, source="story")
        assert [answer.problem for answer in answers] == [None] * len(rows)

    def deal(self, dealings: Iterable[Dealing]) -> None:
        """Import dealings (customer, day, amount in whole units) from a CSV file of its own."""
        file = self.folder / f"dealings-{len(list(self.folder.iterdir()))}.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["who", "when", "how much"])
            writer.writerows((who, day.isoformat(), amount) for who, day, amount in dealings)
        mapping = parse_mapping(("customer=who,occurred_at=when,amount=how much",))
        report = import_file(file, "dealings", by=SYSTEM, options=ImportOptions(mapping=mapping))
        assert report.succeeded, report.first_problems

    def refresh(self, as_of: dt.date) -> Report:
        """A refresh on the morning after `as_of`."""
        with self.morning_after(as_of):
            return refresh(by=SYSTEM, as_of=as_of)

    def today(self, as_of: dt.date, name: str = "lin") -> Today:
        """What a colleague reads on the morning after `as_of`."""
        with self.morning_after(as_of):
            return today(self.person(name), on=as_of + dt.timedelta(days=1))

    def person(self, name: str) -> Principal:
        return self.scene.person(name)

    @contextmanager
    def morning_after(self, as_of: dt.date):
        """Nine o'clock in Shanghai on the day after."""
        with frozen(start_of_day(as_of + dt.timedelta(days=1), "Asia/Shanghai") + dt.timedelta(hours=9)):
            yield

    def recomputed(self, line: ActionLine, name: str = "lin") -> dict:
        """The figures of a line's evidence, computed again from the rows that it opens, as its reader may read them."""
        evidence = line.evidence
        rows = evidence_rows(
            line.customer_id,
            principal=self.person(name),
            first=dt.date.fromisoformat(evidence["from"]),
            last=dt.date.fromisoformat(evidence["to"]),
            currency="CNY",
        )
        return recompute([EvidenceRow(row.occurred_on, row.amount, row.is_purchase) for row in rows], evidence)


def months(who: str, amounts: Iterable[float], *, until: dt.date, purchases: int = 1) -> list[Dealing]:
    """One sum a month, spread over some purchases, the last in the month of `until`."""
    told = []
    for back, total in enumerate(reversed(list(amounts))):
        number = until.year * 12 + until.month - 1 - back
        minor = to_minor(str(total), "CNY")
        for place in range(purchases if minor else 0):
            part = minor // purchases + (minor % purchases if place == 0 else 0)
            day = dt.date(number // 12, number % 12 + 1, 2 + 25 * place // purchases)
            told.append((who, day, f"{part // 100}.{part % 100:02}"))
    return told


def visits(who: str, last: dt.date, gaps: Sequence[int], amount: str = "180.00") -> list[Dealing]:
    """Visits that end on `last` with these days between them, the oldest first."""
    days = [last]
    for gap in reversed(gaps):
        days.append(days[-1] - dt.timedelta(days=gap))
    return [(who, day, amount) for day in days]
