-- What is owed on cards and accounts by month, up to $until.
SELECT customer_id, month, CAST(-sum(amount) AS BIGINT) AS owed FROM balances
WHERE amount < 0 AND month <= $until AND customer_id IN (SELECT customer_id FROM asked)
GROUP BY customer_id, month
