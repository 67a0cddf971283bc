-- Spend drop (decisioning.md 4.5), where there are cycles to judge: months with purchases of whoever could be judged in
-- one of the cycles looked at, $oldest to $newest (month numbers), with the two years before them for the season.

CREATE OR REPLACE TEMP TABLE spend_months AS
WITH known AS (
    SELECT m.customer_id, month_number(m.month) AS month, CAST(m.gross AS DOUBLE) AS gross
    FROM months m
    WHERE m.gross > 0 AND m.month <= first_of_month($newest)
), regulars AS (
    SELECT customer_id, min(month) AS first_month
    FROM known
    GROUP BY customer_id
    HAVING count(*) FILTER (WHERE month >= $oldest - 12) >= least($min_cycles - 1, 10) AND max(gross) >= $min_usual
)
SELECT k.customer_id, coalesce(c.segment, '') AS segment, k.month, k.gross, r.first_month
FROM known k
JOIN regulars r ON r.customer_id = k.customer_id
JOIN customers c ON c.customer_id = k.customer_id
WHERE k.month >= $oldest - 24;
