"""One process of the pivot bench: an edition of so many invented customers, then every pair of dimensions over it as readers open it.

Prints JSON: the CPU seconds of putting the cube together and of one plain group-by; of the pivots, each taken once after one that is
not counted, their median and worst by wall and CPU.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import combinations
from pathlib import Path

from guanxi.project import set_up

_MAKE = """
CREATE TEMP MACRO lot(x, n) AS CAST(hash(x) % n AS INTEGER);
INSERT INTO customers (customer_id, kind, stage, team_id, owner_id, city_id, source)
SELECT i, 1 + i % 7 // 6, 1 + lot(i, 5), lot(i + 1, 40), lot(i + 2, 2000), lot(i + 3, 300),
    ['', 'web', 'fair', 'branch', 'word of mouth'][1 + lot(i + 4, 5)]
FROM range({customers}) t(i);
INSERT INTO estimates (customer_id, tier, value, volume, loss_risk, first_day, last_day, rfm_class)
SELECT i, 1 + lot(i + 5, 3), lot(i + 6, 1000000), lot(i + 7, 5000000), (lot(i + 8, 1000)) / 1000.0,
    DATE '2026-06-30' - lot(i + 9, 3000), DATE '2026-06-30' - lot(i + 10, 700),
    ['champion', 'regular', 'at_risk', 'hibernating', 'newcomer'][1 + lot(i + 11, 5)]
FROM range({customers}) t(i) WHERE lot(i + 12, 10) > 0;
INSERT INTO loyalty (customer_id, loyalty_class)
SELECT customer_id, ['loyal', 'latent', 'spurious', 'low'][1 + lot(customer_id + 13, 4)] FROM estimates
"""


def main(customers: str, folder: str) -> None:
    """Make the edition, ask, and print what it took."""
    set_up()
    from guanxi.insight.analysis.dimensions import DIMENSIONS  # noqa: PLC0415 - needs the settings
    from guanxi.insight.analysis.pivot import fill_cube, pivot  # noqa: PLC0415
    from guanxi.insight.warehouse.reading import Reader  # noqa: PLC0415
    from guanxi.insight.warehouse.workbench import EDITION_SQL, Workbench  # noqa: PLC0415

    file = Path(folder) / "edition.duckdb"
    with Workbench(file, spill=Path(folder)) as bench:
        bench.run(EDITION_SQL)
        bench.run(_MAKE.format(customers=int(customers)))
        _, made = _taken(lambda: fill_cube(bench))
    with Reader(file, spill=Path(folder)) as edition:
        plain = "SELECT tier, count(*), sum(value) FROM estimates GROUP BY tier"
        edition.arrow(plain)
        _, floor = _taken(lambda: edition.arrow(plain))
        pairs = list(combinations(DIMENSIONS, 2))
        pivot(edition, *pairs[0])
        took = [_taken(partial(pivot, edition, *pair)) for pair in pairs]
    walls, cpus = sorted(wall for wall, _ in took), sorted(cpu for _, cpu in took)
    worst = pairs[max(range(len(pairs)), key=lambda place: took[place][0])]
    middle = len(took) // 2
    facts = {
        "pairs": len(took),
        "floor_s": floor,
        "made_cpu_s": made,
        "median_s": walls[middle],
        "worst_s": walls[-1],
        "worst": " × ".join(worst),
    }
    print(json.dumps(facts | {"median_cpu_s": cpus[middle], "worst_cpu_s": cpus[-1]}))


def _taken(ask: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main(*sys.argv[1:])
