-- What everybody brought who was a customer when the comparison began, held out of all offers or not, in as long a time before it:
-- a row a customer, in minor units. As the house earns (`earned`).

WITH brought AS (
    SELECT customer_id, worth AS amount, counted_on >= $since AS is_after
    FROM earned WHERE counted_on >= $before AND counted_on <= $as_of
)
SELECT c.customer_id, bucket_of($salt || 'holdout|' || c.code) >= $held_out AS is_treated,
    coalesce(sum(b.amount) FILTER (WHERE b.is_after), 0) / 1.0 AS after,
    coalesce(sum(b.amount) FILTER (WHERE NOT b.is_after), 0) / 1.0 AS before
FROM customers c
JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN brought b ON b.customer_id = c.customer_id
LEFT JOIN aside u ON u.customer_id = c.customer_id
WHERE e.first_day < $before AND u.customer_id IS NULL
GROUP BY c.customer_id, c.code
ORDER BY c.customer_id
