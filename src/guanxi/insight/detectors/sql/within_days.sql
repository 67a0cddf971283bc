-- Spend drop within the cycle (decisioning.md 4.5): the purchase days of tier A from $first to $last, as numbers from
-- 1970-01-01, of whoever bought on at least $least of them: fewer fill no windows. Tier: as people see it.

WITH regulars AS (
    SELECT d.customer_id, min(d.day) AS first_day
    FROM days d JOIN customers c ON c.customer_id = d.customer_id
    WHERE c.tier = 1 AND d.is_purchase AND d.gross > 0 AND d.day <= $last
    GROUP BY d.customer_id
    HAVING count(*) FILTER (WHERE d.day >= $first) >= $least
)
SELECT d.customer_id, coalesce(c.segment, '') AS segment, d.gross,
    days_between(DATE '1970-01-01', d.day) AS day, days_between(DATE '1970-01-01', r.first_day) AS first_day
FROM days d
JOIN regulars r ON r.customer_id = d.customer_id
JOIN customers c ON c.customer_id = d.customer_id
WHERE d.is_purchase AND d.gross > 0 AND d.day BETWEEN $first AND $last
ORDER BY d.customer_id, d.day
