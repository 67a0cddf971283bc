-- Of the visits of two years in families that have premium products, the share that took one of these.
SELECT customer_id, CAST(count(*) FILTER (WHERE is_premium) AS DOUBLE) / count(*) AS premium_share
FROM graded
WHERE day > days_after($as_of, -730) AND day <= $as_of AND customer_id IN (SELECT customer_id FROM asked)
GROUP BY customer_id
