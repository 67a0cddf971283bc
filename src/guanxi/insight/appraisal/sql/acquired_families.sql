-- A row a customer and family that he ever took out or bought of by $as_of, with the first day and his segment; of every $step-th customer.

SELECT a.customer_id AS customer, p.family, coalesce(c.segment, '') AS cell, min(a.day) AS day
FROM (
    SELECT customer_id, product_id, opened_on AS day FROM holdings WHERE status <> 3
    UNION ALL
    SELECT customer_id, product_id, first_day FROM bought
) a
JOIN products p ON p.product_id = a.product_id
JOIN customers c ON c.customer_id = a.customer_id
WHERE p.family <> '' AND a.day <= $as_of AND a.customer_id % $step = 0
GROUP BY a.customer_id, p.family, c.segment
ORDER BY a.customer_id, p.family
