-- What customers spent in 24 months on days on which a competitor sold on special terms (`rival_days`), and on all others
-- (decisioning.md 4.4, T4).

SELECT d.customer_id, min(d.day) AS first_day,
    CAST(coalesce(sum(CASE WHEN r.day IS NOT NULL THEN d.gross END), 0) AS DOUBLE) AS spent_then,
    CAST(coalesce(sum(CASE WHEN r.day IS NULL THEN d.gross END), 0) AS DOUBLE) AS spent_else,
    CAST(sum(CASE WHEN r.day IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS purchases_else
FROM days d
LEFT JOIN rival_days r ON r.day = d.day
WHERE d.is_purchase AND d.day > days_after($as_of, -730) AND d.day <= $as_of
GROUP BY d.customer_id
ORDER BY d.customer_id
