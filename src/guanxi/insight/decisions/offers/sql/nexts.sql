-- What each customer is likely to take next: products that he has not (`acquired`), that go together with one he has (`pairs_had`),
-- or that people take after it while he is within the middle half of their waiting times (`steps_taken`, in days); the strongest first.
-- Nothing of a family that comes after another one (`families_in_order`) of which he has nothing yet.

CREATE OR REPLACE TEMP TABLE nexts AS
WITH likely AS (
    SELECT a.customer_id, r.next AS product_id, r.strength FROM acquired a JOIN pairs_had r ON r.had = a.product_id
    UNION ALL
    SELECT a.customer_id, s.next, s.strength FROM acquired a JOIN steps_taken s ON s.had = a.product_id
    WHERE days_between(a.day, $as_of) BETWEEN s.lower AND s.upper
), ranked AS (
    SELECT l.customer_id, p.reference, p.family, max(l.strength) AS strength
    FROM likely l
    JOIN products p ON p.product_id = l.product_id
    LEFT JOIN acquired a ON a.customer_id = l.customer_id AND a.product_id = l.product_id
    WHERE a.customer_id IS NULL AND p.reference <> ''
    GROUP BY l.customer_id, p.reference, p.family
), early AS (
    SELECT DISTINCT r.customer_id, r.reference
    FROM ranked r
    JOIN families_in_order o ON o.then = r.family
    LEFT JOIN (
        SELECT DISTINCT a.customer_id, p.family FROM acquired a JOIN products p ON p.product_id = a.product_id
    ) h ON h.customer_id = r.customer_id AND h.family = o.first
    WHERE h.customer_id IS NULL
), placed AS (
    SELECT r.customer_id, r.reference,
        row_number() OVER (PARTITION BY r.customer_id ORDER BY r.strength DESC, r.reference) AS place
    FROM ranked r LEFT JOIN early e ON e.customer_id = r.customer_id AND e.reference = r.reference
    WHERE e.customer_id IS NULL
)
SELECT customer_id, in_order_of(array_agg(lpad(CAST(place AS STRING), 9, '0') || '|' || reference)) AS nexts
FROM placed
GROUP BY customer_id;
