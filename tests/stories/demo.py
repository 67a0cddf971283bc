"""The demo firm as a scene: built once a module through `guanxi demo`'s own service and refreshed, then only read."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from guanxi.identity.models import Staff
from guanxi.identity.principals import Principal
from guanxi.identity.queries import principal_of_staff

TODAY = dt.date(2026, 11, 22)
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
YESTERDAY = TODAY - dt.timedelta(days=1)
CUSTOMERS = 240


@dataclass
class Demo:
    """The built firm. `counts` are what the build answered."""

    counts: dict[str, int]

    def staff(self, email: str) -> Principal:
        """Whoever signs in by that name at demo.guanxi."""
        return principal_of_staff(Staff.objects.get(account__email=f"{email}@demo.guanxi"))

    def id(self, reference: str) -> int:
        """The key of a customer by the firm's reference."""
        return self.one("SELECT id FROM customers_customer WHERE reference = %s", reference)

    def rows(self, sql: str, *given: Any) -> list[tuple]:
        """Rows of a query on the record."""
        with connection.cursor() as cursor:
            cursor.execute(sql, list(given))
            return cursor.fetchall()

    def one(self, sql: str, *given: Any) -> Any:
        """The single value of a query on the record."""
        ((value,),) = self.rows(sql, *given)
        return value

    def dealings(self, reference: str) -> list[tuple[dt.date, int, int]]:
        """Day, amount in minor units and price tier (0: none) of each line of a customer, oldest first."""
        sql = """SELECT occurred_on, amount, coalesce(price_tier, 0) FROM dealings_dealing
            WHERE customer_id = %s ORDER BY occurred_on, id"""
        return [(_day(day), amount, tier) for day, amount, tier in self.rows(sql, self.id(reference))]


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
