"""A small record written straight into its tables, for tests of what is moved out of it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from guanxi.ground import clock
from guanxi.ground.ids import new_code
from guanxi.insight.warehouse.edition import Terms
from guanxi.insight.warehouse.places import Places
from guanxi.record.catalogue.models import Product
from guanxi.record.customers.models import Customer, DirtyCustomer
from guanxi.record.dealings.models import Dealing

CNY = Terms("CNY", "Asia/Shanghai", 1.0)
JAN = dt.date(2026, 1, 1)


def new_places(folder: Path) -> Places:
    """An empty warehouse in a folder of the test."""
    where = Places(folder / "warehouse")
    where.make()
    return where


def add_customers(count: int, **fields: object) -> list[int]:
    """So many customers, in the dirty list; answers their ids."""
    now = clock.now()
    fields = {"name": "客户", "created_on": JAN, "created_at": now, "updated_at": now} | fields
    made = Customer.objects.bulk_create([Customer(code=new_code(), **fields) for _ in range(count)])
    ids = [customer.pk for customer in made]
    mark_dirty(ids)
    return ids


def add_product(margin_rate_ppm: int | None = None) -> Product:
    code = new_code()
    return Product.objects.create(code=code, reference=code, name=code, margin_rate_ppm=margin_rate_ppm)


def add_dealings(rows: Sequence[tuple[int, dt.date, int]], **fields: object) -> None:
    """Lines (customer, day, amount in minor units), their customers in the dirty list."""
    fields = {"currency": "CNY"} | fields
    Dealing.objects.bulk_create(
        [
            Dealing(
                customer_id=customer,
                occurred_on=day,
                occurred_at=dt.datetime.combine(day, dt.time(4), dt.UTC),
                amount=amount,
                **fields,
            )
            for customer, day, amount in rows
        ],
        batch_size=500,
    )
    mark_dirty({customer for customer, _, _ in rows})


def mark_dirty(ids: object) -> None:
    DirtyCustomer.objects.bulk_create([DirtyCustomer(customer_id=pk) for pk in ids], batch_size=500)


def day(number: int) -> dt.date:
    """A day counted from 1 January 2026."""
    return JAN + dt.timedelta(number)
