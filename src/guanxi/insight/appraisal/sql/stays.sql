-- A row a customer who came by $as_of: from when, until when he stayed, and whether he is lost. Losses are dated back to the
-- last activity (decisioning 4.13); who is still there is seen until $as_of. What lost means: at_risk.sql. Because a loss in
-- trade is known half a year later or six usual gaps, and under contract 60 days, all are known only up to `known_until`.

WITH bought_by AS (
    SELECT customer_id, count(*) AS purchases, min(day) AS first_day, max(day) AS last_day
    FROM days WHERE is_purchase AND day <= $as_of GROUP BY customer_id
),
rhythm AS (
    SELECT b.*, c.segment,
        CASE WHEN purchases >= 5 THEN days_between(first_day, last_day) / CAST(purchases - 1 AS DOUBLE) END AS own_gap
    FROM bought_by b JOIN customers c ON c.customer_id = b.customer_id
),
usual AS (SELECT segment, avg(own_gap) AS segment_gap FROM rhythm GROUP BY segment),
trade AS (
    SELECT r.customer_id, r.first_day, r.last_day,
        CAST(ceil(greatest(180.0, 6 * coalesce(r.own_gap, u.segment_gap, 0))) AS INTEGER) AS patience
    FROM rhythm r JOIN usual u ON u.segment = r.segment
),
held AS (
    SELECT customer_id, min(opened_on) AS first_opened, max(closed_on) AS last_closed,
        count(*) FILTER (WHERE closed_on IS NULL OR closed_on > days_after($as_of, -60)) > 0 AS holds
    FROM holdings WHERE opened_on <= $as_of AND status <> 3 GROUP BY customer_id
),
known AS (
    SELECT c.customer_id, c.segment, least(t.first_day, h.first_opened) AS first_day,
        coalesce(days_between(t.last_day, $as_of) < t.patience, FALSE) OR coalesce(h.holds, FALSE) AS stays,
        greatest(t.last_day, h.last_closed) AS last_day,
        days_after($as_of, -coalesce(t.patience, 60)) AS known_until
    FROM customers c
    LEFT JOIN trade t ON t.customer_id = c.customer_id
    LEFT JOIN held h ON h.customer_id = c.customer_id
    WHERE t.customer_id IS NOT NULL OR h.customer_id IS NOT NULL
)
SELECT customer_id, segment, first_day, known_until, NOT stays AS lost,
    CASE WHEN stays THEN CAST($as_of AS DATE) ELSE greatest(first_day, last_day) END AS last_day
FROM known ORDER BY customer_id
