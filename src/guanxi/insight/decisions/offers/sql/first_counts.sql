-- Why not, of what comes first: how many customers an offer was not for, which way was closed to a pair that passed, who got it
-- (0), got something else of the same rank (-3), or had no room (-4).

SELECT offer, -1 AS treatment, CAST(why AS INTEGER) AS why, count(*) AS customers
FROM first_gates WHERE why <> 0 GROUP BY offer, why
UNION ALL
SELECT o.offer, o.treatment,
    CAST(CASE WHEN o.why <> 0 THEN o.why WHEN p.treatment = o.treatment THEN 0 WHEN p.treatment IS NULL THEN -4 ELSE -3 END AS INTEGER) AS why,
    count(*) AS customers
FROM first_open o LEFT JOIN placed p ON p.customer_id = o.customer_id
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
