"""Editions printed straight from public logs, as an import and a refresh would print them."""

from pathlib import Path

from guanxi.insight.warehouse.workbench import Workbench

_FILL = """
INSERT INTO days SELECT customer_id, day, sum(amount) FILTER (WHERE kind = 2), sum(amount), count(*), max(kind) = 2, sum(amount)
FROM lines GROUP BY customer_id, day;
UPDATE days SET gross = 0 WHERE gross IS NULL;
INSERT INTO feed SELECT day, sum(lines), sum(gross) FROM days GROUP BY day
"""


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
