-- Who bought for $least or more in every one of the $months months from $first to $last (RSK-01).
SELECT customer_id, min(gross) AS low, max(gross) AS high
FROM months
WHERE month BETWEEN $first AND $last
GROUP BY customer_id
HAVING count(*) = $months AND min(gross) >= $least
ORDER BY customer_id
