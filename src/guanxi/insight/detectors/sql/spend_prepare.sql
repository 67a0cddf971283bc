-- Spend drop (decisioning.md 4.5), once a run: months with purchases of whoever could be judged in one of the cycles
-- looked at, $oldest to $newest (month numbers), with the two years before them for the season.

CREATE OR REPLACE TEMP TABLE spend_months AS
WITH known AS (
    SELECT m.customer_id, month_number(m.month) AS month, CAST(m.gross AS DOUBLE) AS gross
    FROM months m
    WHERE m.gross > 0 AND m.month <= first_of_month($newest)
), regulars AS (
    SELECT customer_id, min(month) AS first_month
    FROM known
    GROUP BY customer_id
    HAVING count(*) FILTER (WHERE month >= $oldest - 12) >= $min_cycles - 1 AND max(gross) >= $min_usual
)
SELECT k.customer_id, coalesce(c.segment, '') AS segment, k.month, k.gross, r.first_month
FROM known k
JOIN regulars r ON r.customer_id = k.customer_id
JOIN customers c ON c.customer_id = k.customer_id
WHERE k.month >= $oldest - 24;

-- A product given up in a cycle or just before it explains a fall in it.
CREATE OR REPLACE TEMP TABLE spend_explained AS
SELECT DISTINCT customer_id, month_number(closed_on) AS month
FROM holdings
WHERE closed_on IS NOT NULL;

CREATE OR REPLACE TEMP TABLE spend_seasons (cycle INTEGER, segment STRING, calendar INTEGER, factor DOUBLE);
CREATE OR REPLACE TEMP TABLE spend_groups (
    cycle INTEGER, segment STRING, customers BIGINT, shift DOUBLE, spread DOUBLE, present DOUBLE, expected DOUBLE
);
CREATE OR REPLACE TEMP TABLE spend_scores (
    cycle INTEGER, customer_id BIGINT, segment STRING, cycles INTEGER, usual DOUBLE, usual_here DOUBLE, now DOUBLE, gross_now DOUBLE,
    low DOUBLE, high DOUBLE, z DOUBLE, fallen DOUBLE, shift DOUBLE, spread DOUBLE,
    is_watch BOOLEAN, is_alarm BOOLEAN, is_quiet BOOLEAN
);
