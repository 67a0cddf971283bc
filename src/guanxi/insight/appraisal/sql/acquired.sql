-- What each customer has acquired by $as_of, bought or taken out: a row a customer and product, with the first day.
-- Of every $step-th customer.

SELECT customer_id, product_id, min(day) AS day FROM (
    SELECT customer_id, product_id, first_day AS day FROM bought WHERE product_id IS NOT NULL AND first_day <= $as_of
    UNION ALL
    SELECT customer_id, product_id, opened_on FROM holdings
    WHERE product_id IS NOT NULL AND opened_on <= $as_of AND status <> 3
) AS both_ways
WHERE customer_id % $step = 0
GROUP BY customer_id, product_id ORDER BY customer_id, product_id
