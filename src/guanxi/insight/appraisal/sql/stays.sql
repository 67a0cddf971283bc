-- A row a customer who came by $as_of: from when, until when he stayed, and whether he is lost. Losses are dated back to the
-- last activity (decisioning 4.13); who is still there is seen until $as_of. What lost means: patience.sql, and profile/sql/at_risk.sql for
-- contracts. Because a loss in trade is known only when the patience is over, and under contract after 60 days, all are known
-- only up to `known_until`.

WITH held AS (
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
    LEFT JOIN patience t ON t.customer_id = c.customer_id
    LEFT JOIN held h ON h.customer_id = c.customer_id
    WHERE t.customer_id IS NOT NULL OR h.customer_id IS NOT NULL
)
SELECT customer_id, segment, first_day, known_until, NOT stays AS lost,
    CASE WHEN stays THEN CAST($as_of AS DATE) ELSE greatest(first_day, last_day) END AS last_day
FROM known ORDER BY customer_id
