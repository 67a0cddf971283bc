-- By whole years since the first dealing ($most and more together): customers who bought in the 365 days, their purchase days, those of them on promotion
-- (where any is marked), and what they bought for.

WITH since AS (
    SELECT customer_id, CAST(least($most, floor(days_between(first_day, $as_of) / 365)) AS INTEGER) AS years
    FROM estimates WHERE first_day <= $as_of
)
SELECT s.years, count(DISTINCT d.customer_id) AS customers, count(*) AS purchases,
    count(*) FILTER (WHERE p.gross * 2 >= d.gross) AS promoted, CAST(sum(d.net) AS BIGINT) AS net
FROM days d
JOIN since s ON s.customer_id = d.customer_id
LEFT JOIN promoted p ON p.customer_id = d.customer_id AND p.day = d.day
WHERE d.is_purchase AND d.day > days_after($as_of, -365) AND d.day <= $as_of
GROUP BY s.years
ORDER BY s.years
