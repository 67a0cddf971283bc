"""Nobody is merged or erased while rows are written for him, and nobody is written for while he is merged or erased.

A merge moves every row of the loser, but on PostgreSQL it cannot see those of transactions that are still open: an import
committing a moment later would leave lines with somebody who is no longer there. So whoever writes rows of customers he
has looked up shares one lock until his transaction ends, and looks them up, or looks again, after taking it; a merge, its
undoing and an erasure hold the lock alone. One advisory lock a transaction: locking the head rows instead would rewrite
every customer of a batch. SQLite has one writer at a time and needs none of it.
"""

from django.db import connection, transaction

from guanxi.record.customers.bulk import on_postgresql

_KEY = 0x6775_616E_7869_0001  # "guanxi", and the first lock of ours


def hold_customers() -> None:
    """Let nobody be merged or erased until the caller's transaction ends; look customers up after this, not before."""
    _lock("pg_advisory_xact_lock_shared")


def hold_customers_alone() -> None:
    """Wait until nobody writes rows of customers he has looked up, and let nobody begin, until the transaction ends.

    The first thing an act does: holding rows while waiting here could make two acts wait for each other.
    """
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A lock on customers ends with its transaction: begin one.")
    if on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_KEY])
