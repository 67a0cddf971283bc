"""One process of the purchase-summary bench: `scan`, `group`, `days` (day rows made) or `summary` (from day rows)."""

import sys

from guanxi.insight.warehouse.workbench import Workbench

_DAYS = """
CREATE TABLE bench_days AS SELECT customer, CAST(occurred_at AS DATE) AS day, sum(amount) AS gross
FROM read_parquet($file) WHERE amount >= 0 GROUP BY 1, 2
"""
_PLAIN = {
    "scan": "SELECT sum(amount) FROM read_parquet($file)",
    "group": "SELECT count(*) FROM (SELECT customer, count(*), sum(amount) FROM read_parquet($file) GROUP BY 1)",
}
_SUMMARY = """
SELECT sum(frequency) FROM (
  SELECT customer, count(*) - 1 AS frequency, CAST(max(day) - min(day) AS INTEGER) AS recency, sum(gross) AS monetary
  FROM bench_days GROUP BY customer)
"""


def main(what: str, file: str) -> None:
    """Run one step on a file of dealings and print what came out."""
    bench = Workbench()
    if what in _PLAIN:
        print(bench.scalar(_PLAIN[what], file=file))
        return
    bench.run(_DAYS, file=file)
    if what == "summary":
        print(bench.scalar(_SUMMARY))


if __name__ == "__main__":
    main(*sys.argv[1:])
