-- The family of products each customer needs us for: of what he bought in the 365 days the one he bought most often, by the lines of
-- these products; of who bought none, the one he holds most of. Equals go by the name. No edition knows amounts by product.
-- Families are numbered, so that nothing long is compared for every customer.

WITH numbered AS (
    SELECT family, row_number() OVER (ORDER BY family) AS number FROM (SELECT DISTINCT family FROM products WHERE family <> '') t
), known AS (
    SELECT p.product_id, n.number FROM products p JOIN numbered n ON n.family = p.family
), counted AS (
    SELECT b.customer_id, k.number, sum(b.lines) + 1000000000 AS times
    FROM bought b JOIN known k ON k.product_id = b.product_id
    WHERE b.first_day <= $as_of AND b.last_day > days_after($as_of, -365)
    GROUP BY b.customer_id, k.number
    UNION ALL
    SELECT h.customer_id, k.number, count(*)
    FROM holdings h JOIN known k ON k.product_id = h.product_id
    WHERE h.status = $open AND h.opened_on <= $as_of AND (h.closed_on IS NULL OR h.closed_on > $as_of)
    GROUP BY h.customer_id, k.number
), best AS (
    SELECT customer_id, max(CAST(times AS BIGINT) * 100000 + number) % 100000 AS number FROM counted GROUP BY customer_id
)
SELECT b.customer_id, n.family AS need FROM best b JOIN numbered n ON n.number = b.number
