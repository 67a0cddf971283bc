-- Purchases of the whitelisted categories from $first to $last with the price tier of where they were made: as it was given,
-- else (4.7) the tercile of the product's middle ticket among the products of its category in the customer's city, where
-- enough of them are known. $least: tickets of a product, and $products of a category and city, from which that is said.
WITH own AS (
    SELECT t.customer_id, t.day, t.amount, t.price_tier, t.product_id,
        CAST(t.category AS BIGINT) * 1000000000 + coalesce(c.city_id, 0) AS place
    FROM tickets t JOIN customers c ON c.customer_id = t.customer_id
    WHERE t.day BETWEEN $first AND $last AND t.customer_id IN (SELECT customer_id FROM asked)
), middles AS (
    SELECT place, product_id, median(amount) AS middle
    FROM (
        SELECT CAST(t.category AS BIGINT) * 1000000000 + coalesce(c.city_id, 0) AS place, t.product_id, t.amount
        FROM tickets t JOIN customers c ON c.customer_id = t.customer_id
        WHERE t.product_id IS NOT NULL AND t.day <= $last
    ) every
    WHERE place IN (SELECT place FROM own WHERE price_tier = 0)
    GROUP BY place, product_id
    HAVING count(*) >= $least
), ranked AS (
    SELECT place, product_id, count(*) OVER (PARTITION BY place) AS products,
        percent_rank() OVER (PARTITION BY place ORDER BY middle) AS rank
    FROM middles
), terciles AS (
    SELECT place, product_id, CASE WHEN rank < 1.0 / 3 THEN 1 WHEN rank < 2.0 / 3 THEN 2 ELSE 3 END AS tier
    FROM ranked WHERE products >= $products
)
SELECT o.customer_id, o.day, o.amount, CAST(CASE WHEN o.price_tier > 0 THEN o.price_tier ELSE t.tier END AS SMALLINT) AS tier,
    CASE WHEN o.price_tier > 0 THEN NULL ELSE o.product_id END AS found_by
FROM own o
LEFT JOIN terciles t ON t.place = o.place AND t.product_id = o.product_id
WHERE o.price_tier > 0 OR t.tier IS NOT NULL
