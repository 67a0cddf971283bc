"""Editions printed straight from public logs, as an import and a refresh would print them."""

import datetime as dt
from pathlib import Path

import pyarrow as pa

from guanxi.insight.warehouse.workbench import Workbench

_FILL = """
INSERT INTO days SELECT customer_id, day, sum(amount) FILTER (WHERE kind = 2), sum(amount), count(*), max(kind) = 2, sum(amount)
FROM lines GROUP BY customer_id, day;
UPDATE days SET gross = 0 WHERE gross IS NULL;
INSERT INTO feed SELECT day, sum(lines), sum(gross) FROM days GROUP BY day;
INSERT INTO customers (customer_id, code, reference, kind, stage, segment)
SELECT DISTINCT customer_id, printf('code%08d', customer_id), '', 1, 3, 'person' FROM days;
INSERT INTO firm VALUES ('CNY', 'Asia/Shanghai', 1.0)
"""


def print_days(rows: list[tuple[int, dt.date, int]], margin_rate: float = 1.0) -> Workbench:
    """An edition of lines (customer, day, amount), one a day; negative amounts are refunds."""
    bench = Workbench.with_empty_edition()
    lines = {
        "customer_id": pa.array([customer for customer, _, _ in rows], pa.int64()),
        "day": pa.array([day for _, day, _ in rows], pa.date32()),
        "amount": pa.array([amount for _, _, amount in rows], pa.int64()),
    }
    bench.register("given", pa.table(lines))
    bench.run("CREATE TEMP TABLE lines AS SELECT *, CASE WHEN amount < 0 THEN 1 ELSE 2 END AS kind FROM given")
    bench.run(_FILL)
    bench.run(
        "UPDATE days SET margin = CAST(net * $rate AS BIGINT); UPDATE firm SET margin_rate = $rate", rate=margin_rate
    )
    return bench


def cdnow(folder: Path) -> Workbench:
    """All purchases of the CDNOW sample."""
    file = folder / "cdnow_sample_transactions.csv.gz"
    bench = Workbench.with_empty_edition()
    bench.run(f"""CREATE TEMP TABLE lines AS
        SELECT customer_id, CAST(date AS DATE) AS day, CAST(round(amount * 100) AS BIGINT) AS amount, 2 AS kind
        FROM read_csv('{file}')""")
    bench.run(_FILL)
    return bench


def online_retail(folder: Path) -> Workbench:
    """The log of Online Retail, refunds and zero prices kept, rows without customer left out."""
    file = folder / "online_retail_2010_2011.parquet"
    bench = Workbench.with_empty_edition()
    bench.run(f"""CREATE TEMP TABLE lines AS
        SELECT CAST(customer_id AS BIGINT) AS customer_id, CAST(invoice_date AS DATE) AS day,
            CAST(round(quantity * unit_price * 100) AS BIGINT) AS amount,
            CASE WHEN quantity > 0 AND unit_price >= 0 THEN 2 ELSE 1 END AS kind
        FROM '{file}' WHERE customer_id IS NOT NULL""")
    bench.run(_FILL)
    return bench
