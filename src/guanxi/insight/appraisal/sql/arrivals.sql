-- Who bought, or where the house earns of balances kept one (`earned`), in the year that ends with $as_of: where he was entered from, the
-- absence before his first purchase of that year (NULL: he had never bought before), his usual gap until then, whether somebody's word
-- brought him, what he is worth, days since then.

WITH bought AS (
    SELECT customer_id, min(day) FILTER (WHERE day > days_after($as_of, -365)) AS arrived,
        max(day) FILTER (WHERE day <= days_after($as_of, -365)) AS left_on,
        min(day) FILTER (WHERE day <= days_after($as_of, -365)) AS began_on,
        count(*) FILTER (WHERE day <= days_after($as_of, -365)) AS earlier
    FROM earned
    WHERE is_purchase AND day <= $as_of
    GROUP BY customer_id
), worth AS (
    SELECT customer_id, sum(worth) AS worth
    FROM earned WHERE counted_on <= $as_of AND counted_on > days_after($as_of, -365)
    GROUP BY customer_id
)
SELECT b.customer_id, b.arrived, b.left_on, c.team_id, c.segment, coalesce(c.source, '') AS source, days_between(b.left_on, b.arrived) AS absent,
    days_between(b.began_on, b.left_on) / CAST(nullif(b.earlier - 1, 0) AS DOUBLE) AS gap,
    r.customer_id IS NOT NULL AS was_recommended, w.worth, days_between(b.arrived, $as_of) + 1 AS days_here
FROM bought b
JOIN customers c ON c.customer_id = b.customer_id
JOIN worth w ON w.customer_id = b.customer_id
LEFT JOIN (SELECT DISTINCT customer_id FROM referrals WHERE told_on <= $as_of) r ON r.customer_id = b.customer_id
WHERE b.arrived IS NOT NULL
ORDER BY b.customer_id
