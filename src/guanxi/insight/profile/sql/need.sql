-- The family of products each customer needs us for: of what he bought in the 365 days the one that brings most in a year; of who
-- bought none, the one he holds most of. Equals go by the name. What a product brings is counted over the time since he first
-- bought it, a year at least: one dear purchase of a family weighs more than many cheap ones, and an old one wears off.
-- Families are numbered, so that nothing long is compared for every customer.

WITH numbered AS (
    SELECT family, row_number() OVER (ORDER BY family) AS number FROM (SELECT DISTINCT family FROM products WHERE family <> '') t
), known AS (
    SELECT p.product_id, n.number FROM products p JOIN numbered n ON n.family = p.family
), brought AS (
    SELECT b.customer_id, k.number,
        -- each product to whole minor units: fractions would add up by the order in which they are read
        sum(CAST(floor(CAST(coalesce(b.margin, 0) AS DOUBLE) * 365 / greatest(365, days_between(b.first_day, $as_of) + 1) + 0.5) AS BIGINT)) AS yearly
    FROM bought b JOIN known k ON k.product_id = b.product_id
    WHERE b.first_day <= $as_of AND b.last_day > days_after($as_of, -365)
    GROUP BY b.customer_id, k.number
), held AS (
    SELECT h.customer_id, k.number, count(*) AS times
    FROM holdings h JOIN known k ON k.product_id = h.product_id
    WHERE h.status = $open AND h.opened_on <= $as_of AND (h.closed_on IS NULL OR h.closed_on > $as_of)
    GROUP BY h.customer_id, k.number
), weighed AS (
    SELECT customer_id, number, CAST(yearly AS BIGINT) AS weight FROM brought
    UNION ALL
    SELECT h.customer_id, h.number, h.times
    FROM held h LEFT JOIN (SELECT DISTINCT customer_id FROM brought) b ON b.customer_id = h.customer_id
    WHERE b.customer_id IS NULL
), best AS (
    -- the weight and the number as one whole number, which may be negative: so the remainder is taken twice
    SELECT customer_id, max(weight * 100000 + number) AS most FROM weighed GROUP BY customer_id
)
SELECT b.customer_id, n.family AS need
FROM (SELECT customer_id, ((most % 100000) + 100000) % 100000 AS number FROM best) b
JOIN numbered n ON n.number = b.number
WHERE b.customer_id IN (SELECT customer_id FROM asked)
