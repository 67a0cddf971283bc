-- Purchases of the whitelisted categories from $first to $last with the price tier of where they were made: as it was given,
-- else (4.7) the tercile of the product's middle ticket among the products of its category in the customer's city, where
-- enough of them are known. $least: tickets of a product, and $products of a category and city, from which that is said.
WITH own AS (
    SELECT t.customer_id, t.day, t.amount, t.category, t.price_tier, t.product_id, coalesce(c.city_id, 0) AS city_id
    FROM tickets t JOIN customers c ON c.customer_id = t.customer_id
    WHERE t.day BETWEEN $first AND $last AND t.customer_id IN (SELECT customer_id FROM asked)
), places AS (
    SELECT DISTINCT category, city_id FROM own WHERE price_tier = 0
), middles AS (
    SELECT t.category, p.city_id, t.product_id, median(t.amount) AS middle
    FROM tickets t
    JOIN customers c ON c.customer_id = t.customer_id
    JOIN places p ON p.category = t.category AND p.city_id = coalesce(c.city_id, 0)
    WHERE t.product_id IS NOT NULL AND t.day <= $last
    GROUP BY t.category, p.city_id, t.product_id
    HAVING count(*) >= $least
), ranked AS (
    SELECT category, city_id, product_id, count(*) OVER (PARTITION BY category, city_id) AS products,
        percent_rank() OVER (PARTITION BY category, city_id ORDER BY middle) AS place
    FROM middles
), terciles AS (
    SELECT category, city_id, product_id, CASE WHEN place < 1.0 / 3 THEN 1 WHEN place < 2.0 / 3 THEN 2 ELSE 3 END AS tier
    FROM ranked WHERE products >= $products
)
SELECT o.customer_id, o.day, o.amount, CAST(CASE WHEN o.price_tier > 0 THEN o.price_tier ELSE t.tier END AS SMALLINT) AS tier,
    CASE WHEN o.price_tier > 0 THEN NULL ELSE o.product_id END AS found_by
FROM own o
LEFT JOIN terciles t ON t.category = o.category AND t.city_id = o.city_id AND t.product_id = o.product_id
WHERE o.price_tier > 0 OR t.tier IS NOT NULL
