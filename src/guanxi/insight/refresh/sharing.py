"""Over how many threads a refresh shares its work."""

from typing import Final

from guanxi.insight.warehouse.workbench import Workbench

SHARE: Final = 122_880  # rows of a table that DuckDB gives to one thread at a time


def share_out(bench: Workbench, customers: int) -> None:
    """Let the engine take as many threads as it has shares of the customers to give out, at most those that it would take by itself.

    While another thread has the last share, the one that asked does not sleep but asks again without end (duckdb/duckdb#22178):
    of a firm of one share that was a fifth of the CPU of its refresh.
    """
    if not bench.is_one_machine:
        return
    most = int(bench.scalar("SELECT current_setting('threads')"))
    bench.run(f"SET threads = {max(1, min(most, -(-customers // SHARE)))}")
