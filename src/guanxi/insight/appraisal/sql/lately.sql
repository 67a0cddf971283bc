-- Which families each customer bought after $since and by $as_of, or held then: a row a customer and family.

SELECT DISTINCT t.customer_id AS basket, p.family AS item
FROM (
    SELECT customer_id, product_id FROM bought WHERE first_day <= $as_of AND last_day > $since
    UNION
    SELECT customer_id, product_id FROM holdings
    WHERE opened_on <= $as_of AND status <> 3 AND (closed_on IS NULL OR closed_on > $since)
) t
JOIN products p ON p.product_id = t.product_id
WHERE p.family <> ''
ORDER BY 1, 2
