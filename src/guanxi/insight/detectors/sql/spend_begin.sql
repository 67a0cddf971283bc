-- Spend drop (decisioning.md 4.5), first of all: which of the cycles looked at (spend_window) were judged by an earlier
-- edition on the very same inputs. Their figures are taken over; only the others are computed (spend_prepare, spend_cycle).

-- A product given up in a cycle or just before it explains a fall in it, if spending went by it: dealings that name products name it, of
-- dealings that name none it is what has neither a term nor money on it. A deposit or a policy that ends explains nothing.
CREATE OR REPLACE TEMP TABLE spend_explained AS
WITH given_up AS (
    SELECT customer_id, holding_id, product_id, closed_on, renewal_on FROM holdings WHERE closed_on IS NOT NULL
), named AS (
    SELECT DISTINCT g.customer_id, b.product_id FROM given_up g JOIN bought b ON b.customer_id = g.customer_id
), saved AS (
    SELECT DISTINCT g.holding_id FROM given_up g JOIN balances a ON a.holding_id = g.holding_id WHERE a.amount > 0
)
SELECT DISTINCT g.customer_id, month_number(g.closed_on) AS month
FROM given_up g
LEFT JOIN named n ON n.customer_id = g.customer_id AND n.product_id = g.product_id
LEFT JOIN (SELECT DISTINCT customer_id FROM named) o ON o.customer_id = g.customer_id
LEFT JOIN saved s ON s.holding_id = g.holding_id
WHERE n.customer_id IS NOT NULL OR (o.customer_id IS NULL AND s.holding_id IS NULL AND g.renewal_on IS NULL);

-- A cycle rests on the months up to it, on what was given up in it or just before it, and on the thresholds ($terms).
CREATE OR REPLACE TEMP TABLE spend_inputs AS
WITH spent AS (
    SELECT month_number(m.month) AS month, count(*) AS rows, sum(mix_of(m.customer_id, c.segment, m.month, m.gross)) AS mix
    FROM months m JOIN customers c ON c.customer_id = m.customer_id
    WHERE m.gross > 0 AND m.month <= first_of_month($newest)
    GROUP BY m.month
), until AS (
    SELECT w.cycle, sum(s.rows) AS rows, sum(s.mix) AS mix
    FROM spend_window w LEFT JOIN spent s ON s.month <= w.cycle
    GROUP BY w.cycle
), explained AS (
    SELECT w.cycle, count(e.month) AS rows, sum(mix_of(e.customer_id, '', e.month, 0)) FILTER (WHERE e.month IS NOT NULL) AS mix
    FROM spend_window w LEFT JOIN spend_explained e ON e.month BETWEEN w.cycle - 1 AND w.cycle
    GROUP BY w.cycle
), described AS (
    SELECT u.cycle, $terms || ' ' || CAST(coalesce(u.rows, 0) AS STRING) || ' ' || CAST(coalesce(u.mix, 0) AS STRING)
        || ' ' || CAST(e.rows AS STRING) || ' ' || CAST(coalesce(e.mix, 0) AS STRING) AS inputs
    FROM until u JOIN explained e ON e.cycle = u.cycle
)
SELECT d.cycle, d.inputs, k.cycle IS NOT NULL AS is_kept
FROM described d LEFT JOIN kept_cycles k ON k.cycle = d.cycle AND k.inputs = d.inputs;

CREATE OR REPLACE TEMP TABLE spend_seasons AS
SELECT k.* FROM kept_seasons k JOIN spend_inputs i ON i.cycle = k.cycle WHERE i.is_kept;
CREATE OR REPLACE TEMP TABLE spend_groups AS
SELECT k.* FROM kept_groups k JOIN spend_inputs i ON i.cycle = k.cycle WHERE i.is_kept;
CREATE OR REPLACE TEMP TABLE spend_scores AS
SELECT k.* FROM kept_scores k JOIN spend_inputs i ON i.cycle = k.cycle WHERE i.is_kept;
