"""The indexes of customer lists (patterns.md section 1), which differ by database, so no model can declare them.

Every index carries all facets (rules.wishes), value and last contact, so that counting, filtering and picking ids never
touches the table: three sort the whole firm (by value, by last contact, by name), four gather the customers of a team, a
city, an owner, a stage, each best value first. `gone` leads: deleted and merged customers stand apart. Dropped before
loads of millions and built after them.
"""

from dataclasses import dataclass

from django.db import connection

from guanxi.record.customers.rules.wishes import FACETS, SPANS

TABLE = "customers_customer"


@dataclass(frozen=True, slots=True)
class ListIndex:
    """`keys` are searched and ordered; the remaining columns ride along (INCLUDE, on SQLite trailing columns)."""

    name: str
    keys: tuple[str, ...]

    @property
    def riders(self) -> tuple[str, ...]:
        """The columns that are no key."""
        return tuple(column for column in (*FACETS, *SPANS) if column not in self.keys)

    def statement(self, vendor: str) -> str:
        """The CREATE INDEX of this index for a database."""
        if vendor == "postgresql":
            keys, riders = ", ".join(self.keys), ", ".join(self.riders)
            return f"CREATE INDEX IF NOT EXISTS {self.name} ON {TABLE} ({keys}) INCLUDE ({riders})"
        return f"CREATE INDEX IF NOT EXISTS {self.name} ON {TABLE} ({', '.join((*self.keys, *self.riders))})"


BY_VALUE = ListIndex("customer_by_value", ("gone", "state", "tier", "value", "id"))
BY_CONTACT = ListIndex("customer_by_contact", ("gone", "state", "tier", "last_contact_on", "id"))
BY_NAME = ListIndex("customer_by_name", ("gone", "state", "tier", "name_key", "id"))
OF_TEAM = ListIndex("customer_of_team", ("gone", "team_id", "state", "tier", "value", "id"))
OF_CITY = ListIndex("customer_of_city", ("gone", "city_id", "state", "tier", "value", "id"))
OF_OWNER = ListIndex("customer_of_owner", ("gone", "owner_id", "state", "tier", "value", "id"))
OF_STAGE = ListIndex("customer_of_stage", ("gone", "stage", "state", "tier", "value", "id"))
LIST_INDEXES = (BY_VALUE, BY_CONTACT, BY_NAME, OF_TEAM, OF_CITY, OF_OWNER, OF_STAGE)


def build_list_indexes() -> list[str]:
    """Build those that are missing and return their names."""
    missing = missing_list_indexes()
    with connection.cursor() as cursor:
        for index in LIST_INDEXES:
            if index.name in missing:
                cursor.execute(index.statement(connection.vendor))
    return missing


def drop_list_indexes() -> None:
    """Drop them all, before a load that is much larger than what is there; lists are slow until they are built again."""
    with connection.cursor() as cursor:
        for index in LIST_INDEXES:
            cursor.execute(f"DROP INDEX IF EXISTS {index.name}")


def missing_list_indexes() -> list[str]:
    """Return the names of list indexes that are not there (`guanxi doctor` builds them again)."""
    there = "SELECT indexname FROM pg_indexes WHERE tablename = %s"
    if connection.vendor == "sqlite":
        there = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(there, [TABLE])
        names = {row[0] for row in cursor.fetchall()}
    return [index.name for index in LIST_INDEXES if index.name not in names]
