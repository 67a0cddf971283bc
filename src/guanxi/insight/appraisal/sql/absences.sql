-- Times in which somebody was lost and came back by $as_of: silent for his patience or longer, without a contract on the day on which it
-- was over. A row an absence: the last day before it, and the day on which he came back.

WITH gaps AS (
    SELECT customer_id, day, lead(day) OVER (PARTITION BY customer_id ORDER BY day) AS back_on
    FROM days WHERE is_purchase AND day <= $as_of
), silent AS (
    SELECT g.customer_id, g.day AS last_day, g.back_on, days_after(g.day, p.patience) AS over_on
    FROM gaps g JOIN patience p ON p.customer_id = g.customer_id
    WHERE days_between(g.day, g.back_on) >= p.patience
)
SELECT s.customer_id, s.last_day, s.back_on
FROM silent s
LEFT JOIN (
    SELECT DISTINCT s.customer_id, s.last_day
    FROM silent s JOIN holdings h ON h.customer_id = s.customer_id
    WHERE h.status <> 3 AND h.opened_on <= s.over_on AND (h.closed_on IS NULL OR h.closed_on > s.over_on)
) k ON k.customer_id = s.customer_id AND k.last_day = s.last_day
WHERE k.customer_id IS NULL
ORDER BY s.customer_id, s.last_day
