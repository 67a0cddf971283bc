"""One process of the contact bench: decide for one customer after the other, spread over the whole stored run.

Prints JSON: CPU and wall of one decision in a warm process (median and 95th of all), and of the night's SQL over his row alone.
"""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from guanxi.project import set_up

if TYPE_CHECKING:
    from guanxi.insight.decisions.offers.kept import Kept

_ROUNDS, _ASKED, _BY_NIGHT = 3, 60, 5


def main() -> None:
    """Decide, and print what it took."""
    set_up()
    print(json.dumps(_decide()))


def _decide() -> dict[str, object]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    from guanxi.identity.queries import firm_day  # noqa: PLC0415
    from guanxi.insight.decisions.offers.explaining import explain  # noqa: PLC0415
    from guanxi.insight.decisions.offers.in_contact import decide_in_contact  # noqa: PLC0415
    from guanxi.insight.decisions.offers.kept import current_run  # noqa: PLC0415

    run, today = current_run(), firm_day()
    if run is None:
        raise SystemExit("refresh first")
    ids = pq.read_table(run.folder / "deciding.parquet", columns=["customer_id"])["customer_id"].to_pylist()
    whole, ids = len(ids), ids[:: max(len(ids) // _ASKED, 1)][:_ASKED]
    began = time.perf_counter()
    found = decide_in_contact(ids[0], on=today)
    cold = (time.perf_counter() - began) * 1000
    facts: dict[str, object] = {
        "offers": len(found.lost) + len(found.proposals),
        "customers": whole,
        "cold_ms": cold,
    }
    facts["proposed"] = sum(decide_in_contact(one, on=today).first is not None for one in ids)
    facts |= _timed("contact", lambda one: decide_in_contact(one, on=today), ids)
    facts |= _timed("explained", explain, ids)
    return facts | _timed("night", lambda one: _arbitrate(run, one), ids[:_BY_NIGHT])


def _arbitrate(run: "Kept", customer: int) -> object:
    """The same by the SQL of the night: its tables and queries, for one row."""
    from guanxi.insight.decisions.arbitration import arbitrate  # noqa: PLC0415
    from guanxi.insight.warehouse.workbench import Workbench  # noqa: PLC0415

    with Workbench() as bench:
        bench.register("given", run.row(customer))
        bench.run("CREATE TABLE deciding AS SELECT * FROM given")
        return arbitrate(bench, run.terms.offers, run.terms.chances, run.terms.policy)


def _timed(name: str, ask: Callable[[int], object], ids: list[int]) -> dict[str, object]:
    """Wall p50 and p95, and CPU a call, in milliseconds; the last of three rounds."""
    took: list[float] = []
    cpu = 0.0
    for _ in range(_ROUNDS):
        took, before = [], time.process_time()
        for one in ids:
            began = time.perf_counter()
            ask(one)
            took.append((time.perf_counter() - began) * 1000)
        cpu = (time.process_time() - before) * 1000 / len(ids)
    took.sort()
    return {
        f"{name}_p50_ms": took[len(took) // 2],
        f"{name}_p95_ms": took[int(len(took) * 0.95)],
        f"{name}_cpu_ms": cpu,
    }


if __name__ == "__main__":
    main()
