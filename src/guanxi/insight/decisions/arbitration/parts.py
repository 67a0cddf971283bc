"""What is done customer by customer is done for a part of them at a time: what is held then does not grow with the firm.

In whatever parts, the decisions are the same, bit for bit: whatever compares customers (prices, lines) sees all of them.
"""

from collections.abc import Iterator

from guanxi.insight.warehouse.workbench import Workbench

MOST = 500_000  # customers at a time, where one machine has to hold them


def parts_of(bench: Workbench, most: int = MOST) -> int:
    """In how many parts the customers of `deciding` are taken; where many machines share them, in one."""
    return max(1, -(-bench.scalar("SELECT count(*) FROM deciding") // most)) if bench.is_one_machine else 1


def each_part(bench: Workbench, table: str, parts: int) -> Iterator[None]:
    """Let `<table>_of_part` be of one part after the other."""
    for part in range(parts):
        of_part = f" WHERE customer_id % {parts} = {part}" if parts > 1 else ""
        bench.run(f"CREATE OR REPLACE TEMP VIEW {table}_of_part AS SELECT * FROM {table}{of_part}")  # noqa: S608 - our own names
        yield
    bench.run(f"DROP VIEW {table}_of_part")
