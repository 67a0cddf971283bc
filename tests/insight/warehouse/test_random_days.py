"""Days of real acts: an increment on the edition of the day before equals an edition built whole, row by row."""

import csv
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.refresh.running import ranges_of
from guanxi.insight.warehouse.edition import Building, build_edition, discard, publish, remove_others
from guanxi.insight.warehouse.places import Places
from guanxi.insight.warehouse.record_view import open_record
from guanxi.project.registrations import register_importers
from guanxi.record.customers import services as customers
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.models import Customer, Relation
from guanxi.record.customers.services import NewRelation
from guanxi.record.imports.models import Import
from guanxi.record.imports.services import ImportOptions, import_file, undo_import
from tests.insight.warehouse.scene import CNY, day, new_places

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()
TABLES = "customers shown products premium promoted graded referrals bought days months feed tickets incomes refunds balances holdings conversations checks firm".split()


class World:
    """A firm in which something happens every day, drawn from one seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.rng = random.Random(seed)
        self.today = 0
        self.files = 0
        self.merges: list[str] = []
        self.done: Counter[str] = Counter()

    def live_a_day(self) -> None:
        self.today += 1
        acts = [
            *[self.bring_dealings] * 5,
            *[self.correct_dealings] * 2,
            *[self.bring_customers] * 2,
            *(self.bring_products, self.bring_holdings, self.bring_balances, self.bring_conversations),
            *[self.undo] * 3,
            *[self.delete] * 2,
            *[self.restore] * 2,
            *(self.merge, self.merge, self.unmerge, self.erase),
            *(self.refer, self.refer, self.unsay),
        ]
        for act in self.rng.choices(acts, k=self.rng.randint(0, 4)):
            self.done[act.__name__] += act() or 0

    def bring_dealings(self) -> int:
        rows = [
            {
                "customer": f"K{self.rng.randint(1, 300)}",
                "occurred_at": day(self.today - self.rng.choice([0, 0, 1, 1, 2, 40])).isoformat(),
                "quantity": self.rng.choice(["1", "2", "-1", ""]),
                "amount": f"{self.rng.randint(-2000, 20000) / 100:.2f}",
                "currency": self.rng.choice(["CNY"] * 9 + ["USD"]),
                "product": self.rng.choice(["", "P1", "P2", "P3"]),
                "category": self.rng.choice(["", "餐饮", "5411", "7995", "夜总会", "工资", "Fuel"]),
                "price_tier": self.rng.choice(["", "1", "2", "3"]),
                "promotion": ["", "yes", "no"][number % 3],
                "reference": f"D{self.today}-{self.files}-{number}" if self.rng.random() < 0.7 else "",
            }
            for number in range(self.rng.randint(1, 60))
        ]
        return self.bring("dealings", rows, create_customers=True)

    def correct_dealings(self) -> int:
        """The same references with another amount or on another customer."""
        number = self.rng.randint(1, self.today)
        rows = [
            {
                "customer": f"K{self.rng.randint(1, 300)}",
                "occurred_at": day(number).isoformat(),
                "amount": f"{self.rng.randint(0, 9000) / 100:.2f}",
                "reference": f"D{number}-{self.rng.randint(0, self.files)}-{line}",
            }
            for line in range(8)
        ]
        return self.bring("dealings", rows, create_customers=True)

    def bring_customers(self) -> int:
        rows = [
            {
                "reference": f"K{self.rng.randint(1, 100)}",
                "name": f"客户{self.rng.randint(1, 9)}",
                "city": self.rng.choice("京沪"),
            }
            for _ in range(self.rng.randint(1, 20))
        ]
        return self.bring("customers", rows)

    def bring_products(self) -> int:
        rate, premium = self.rng.choice(["0.2", "0.35", "0.5"]), ["", "yes", "no"][self.today % 3]
        row = {"reference": f"P{self.rng.randint(1, 4)}", "name": "产品", "family": "garage", "margin_rate": rate}
        return self.bring("products", [row | {"premium": premium}])

    def bring_holdings(self) -> int:
        rows = [
            {"reference": f"H{self.rng.randint(1, 60)}", "customer": f"K{self.rng.randint(1, 300)}", "product": "P2"}
            | {"opened_on": day(self.rng.randint(0, self.today)).isoformat()}
            for _ in range(10)
        ]
        return self.bring("holdings", rows)

    def bring_balances(self) -> int:
        rows = [
            {"holding": f"H{self.rng.randint(1, 60)}", "day": day(self.today - self.rng.randint(0, 40)).isoformat()}
            | {"amount": f"{self.rng.randint(0, 90000)}.00"}
            for _ in range(20)
        ]
        return self.bring("balances", rows)

    def bring_conversations(self) -> int:
        rows = [
            {"customer": f"K{self.rng.randint(1, 300)}", "at": day(self.today).isoformat(), "channel": "call"}
            | {"summary": f"{self.files}"}
            for _ in range(6)
        ]
        return self.bring("conversations", rows)

    def bring(self, kind: str, rows: Sequence[dict[str, str]], **options: bool) -> int:
        self.files += 1
        file = self.folder / f"{self.files}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        import_file(file, kind, by=SYSTEM, options=ImportOptions(**options))
        return 1

    def undo(self) -> int:
        open_imports = list(Import.objects.filter(undone_at=None).order_by("-pk").values_list("code", flat=True)[:12])
        if not open_imports:
            return 0
        try:
            undo_import(self.rng.choice(open_imports), by=SYSTEM)
        except Refused:  # what stands on it was brought later
            return 0
        return 1

    def some(self, count: int, **such: object) -> list[int]:
        found = list(Customer.objects.filter(**such).order_by("pk").values_list("pk", flat=True))
        return self.rng.sample(found, min(count, len(found)))

    def delete(self) -> int:
        return customers.delete_customers(self.some(3, gone=0), by=SYSTEM)

    def restore(self) -> int:
        gone = self.some(2, deleted_at__isnull=False, merged_into=None)
        try:
            return customers.restore_customers(gone, by=SYSTEM) if gone else 0
        except Refused:  # somebody else has the reference meanwhile
            return 0

    def merge(self) -> int:
        pair = self.some(2, gone=0)
        if len(pair) < 2:
            return 0
        self.merges.append(customers.merge_customers(*pair, by=SYSTEM))
        return 1

    def unmerge(self) -> int:
        if not self.merges:
            return 0
        code = self.rng.choice(self.merges)
        try:
            customers.unmerge_customers(code, by=SYSTEM)
        except Refused:  # the winner was merged on himself
            return 0
        self.merges.remove(code)
        return 1

    def refer(self) -> int:
        pair = self.some(2, gone=0)
        if len(pair) < 2:
            return 0
        said = NewRelation(pair[1], RelationKind.REFERRER, told_on=day(self.rng.randint(0, self.today)))
        try:
            customers.relate_customers(pair[0], said, by=SYSTEM)
        except Refused:  # it is recorded already
            return 0
        return 1

    def unsay(self) -> int:
        said = Relation.objects.filter(ended_on=None, customer__gone=0).order_by("pk").values_list("pk", flat=True)
        if not said:
            return 0
        customers.end_relation(self.rng.choice(list(said)), by=SYSTEM)
        return 1

    def erase(self) -> int:
        for pk in self.some(1, gone=0):
            customers.erase_customer(pk, by=SYSTEM, basis="wish")
        return 1


def build(where: Places, name: str, base: str | None) -> Building:
    with open_record() as view:
        return build_edition(view, name=name, base=base, terms=CNY, where=where)


def hashes(building: Building) -> dict[str, tuple]:
    """Of each table: how many rows, and two sums over the hashes of the rows, which do not depend on their order."""
    asked = 'SELECT count(*) AS n, CAST(sum(hash("{0}")) AS VARCHAR) AS s, bit_xor(hash("{0}")) AS x FROM "{0}"'
    return {name: tuple(building.bench.arrow(asked.format(name)).to_pylist()[0].values()) for name in TABLES}


def live(days: int, folder: Path, seed: int) -> tuple[Counter[str], Counter[str], set[str]]:
    """What was done, why editions were whole ('' where they were not), and which tables ever held rows."""
    register_importers()
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    where, world, base, why = new_places(folder), World(folder, seed), None, Counter[str]()
    filled: set[str] = set()
    for number in range(days):
        world.live_a_day()
        increment = build(where, f"day{number}", base)
        whole = build(where, "whole", None)
        now = hashes(whole)
        assert hashes(increment) == now, f"day {number} of seed {seed}: {increment.why_whole or 'increment'}"
        filled |= {name for name, (rows, *_) in now.items() if rows}
        assert increment.dealings == whole.dealings
        why[increment.why_whole] += 1
        whole.bench.close()
        discard("whole", where)
        publish(increment, where)
        customers.forget_dirty(ranges_of(increment.dirty["entry"]))
        remove_others(where)
        base = f"day{number}"
    return world.done, why, filled


@pytest.mark.drill  # test_edition.py holds increments against the whole, change by change
def test_twenty_five_days(tmp_path):
    done, why, filled = live(25, tmp_path, seed=4)
    assert all(done.values()), done
    assert {"undo", "restore", "unmerge", "erase", "refer", "unsay"} <= done.keys()
    assert filled == set(TABLES) - {"shown"}  # standing is of a refresh
    assert why["disagreement"] == 0
    assert why[""] >= 15


@pytest.mark.drill
@pytest.mark.parametrize("seed", [2, 3])
def test_two_hundred_days(tmp_path, seed):
    done, why, filled = live(200, tmp_path, seed)
    assert all(done[act] >= 3 for act in done), done
    assert filled == set(TABLES) - {"shown"}  # standing is of a refresh
    assert why["disagreement"] == 0
    assert why[""] >= 130, why
