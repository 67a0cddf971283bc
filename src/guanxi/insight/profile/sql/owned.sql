-- What a customer holds: references of products and of their families, in order; and how many families these are.
WITH had AS (
    SELECT h.customer_id, p.reference, nullif(p.family, '') AS family
    FROM holdings h JOIN products p ON p.product_id = h.product_id
    WHERE h.status = $open AND (h.closed_on IS NULL OR h.closed_on > $as_of) AND h.customer_id IN (SELECT customer_id FROM asked)
)
SELECT customer_id, array_sort(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL)) AS owned,
    count(DISTINCT word) FILTER (WHERE is_family) AS families
FROM (
    SELECT customer_id, reference AS word, FALSE AS is_family FROM had
    UNION ALL SELECT customer_id, family, TRUE FROM had
) had_words
GROUP BY customer_id
