"""One process of the pairs bench: simulated baskets, then `rules` (our own) or `join` (DuckDB's self-join)."""

import json
import sys
import time

import numpy as np
import pyarrow as pa

from guanxi.insight.estimates.affinity import pair_rules
from guanxi.insight.warehouse.workbench import Workbench

_MEAN_LINES = 5.2
_ITEMS = 5_000
_SUPPORT = 0.005
# The same pairs one way round: distinct lines, items that are frequent alone, the join of each basket with itself.
_JOIN = """
WITH lines AS (SELECT DISTINCT basket, item FROM baskets),
  frequent AS (SELECT item FROM lines GROUP BY item HAVING count(*) >= $least),
  kept AS (SELECT basket, item FROM lines WHERE item IN (SELECT item FROM frequent))
SELECT count(*) FROM (
  SELECT a.item, b.item FROM kept a JOIN kept b ON a.basket = b.basket AND a.item < b.item
  GROUP BY a.item, b.item HAVING count(*) >= $least)
"""


def main(what: str, baskets: str) -> None:
    """Find the pairs; print the CPU seconds of that alone, and how many pairs there are, as JSON."""
    lines = _baskets(int(baskets))
    began = time.process_time()
    if what == "join":
        bench = Workbench()
        bench.register("baskets", lines)
        pairs = bench.scalar(_JOIN, least=_SUPPORT * int(baskets))
    else:
        pairs = pair_rules(lines, _SUPPORT).num_rows // 2
    print(json.dumps({"cpu_s": time.process_time() - began, "pairs": pairs, "lines": lines.num_rows}))


def _baskets(count: int) -> pa.Table:
    """Baskets with at least one line, items as a shop sells them: a few everywhere, most hardly ever."""
    random = np.random.default_rng(7)
    sizes = 1 + random.poisson(_MEAN_LINES - 1, count)
    popularity = 1 / np.arange(1, _ITEMS + 1) ** 0.8
    items = random.choice(_ITEMS, int(sizes.sum()), p=popularity / popularity.sum())
    names = pa.array([f"item {number}" for number in range(_ITEMS)])
    return pa.table({"basket": np.repeat(np.arange(count), sizes), "item": names.take(pa.array(items))})


if __name__ == "__main__":
    main(*sys.argv[1:])
