-- What each customer is likely to take next: products that he has not (`acquired`), that go together with one he has (`pairs_had`),
-- or that people take after it while he is within the middle half of their waiting times (`steps_taken`, in days).

CREATE OR REPLACE TEMP TABLE nexts AS
WITH likely AS (
    SELECT a.customer_id, r.next AS product_id FROM acquired a JOIN pairs_had r ON r.had = a.product_id
    UNION
    SELECT a.customer_id, s.next FROM acquired a JOIN steps_taken s ON s.had = a.product_id
    WHERE days_between(a.day, $as_of) BETWEEN s.lower AND s.upper
)
SELECT l.customer_id, array_sort(array_agg(DISTINCT p.reference)) AS nexts
FROM likely l
JOIN products p ON p.product_id = l.product_id
LEFT JOIN acquired a ON a.customer_id = l.customer_id AND a.product_id = l.product_id
WHERE a.customer_id IS NULL AND p.reference <> ''
GROUP BY l.customer_id;
