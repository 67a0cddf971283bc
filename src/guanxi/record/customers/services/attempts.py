"""Trying a batch again when another writer was faster: PostgreSQL only, where two importers work side by side."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from guanxi.record.customers.services.holding_still import hold_customers

_TRIES = 4
_UNIQUE_VIOLATION, _DEADLOCK = "23505", "40P01"

Answer = TypeVar("Answer")


class Overtaken(Exception):
    """Somebody changed one of the rows between reading and writing: read again."""


def until_undisturbed(act: Callable[[], Answer]) -> Answer:
    """Run an act in a transaction (a savepoint in the caller's); run it anew, up to four times in all, when another
    writer made or changed the same rows meanwhile, or waited for us as we for him. Nobody is merged meanwhile.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                hold_customers()
                return act()
        except (IntegrityError, OperationalError, Overtaken) as error:
            if attempt == _TRIES or not _is_rivalry(error):
                raise
    raise AssertionError("unreachable")


def _is_rivalry(error: Exception) -> bool:
    if isinstance(error, Overtaken):
        return True
    state = getattr(error.__cause__, "sqlstate", "")
    return connection.vendor == "postgresql" and state in {_UNIQUE_VIOLATION, _DEADLOCK}
