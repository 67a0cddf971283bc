-- Which families each customer ever bought of, and since when.

CREATE OR REPLACE TEMP TABLE families_bought AS
SELECT b.customer_id, p.family, min(b.first_day) AS first_day
FROM bought b JOIN products p ON p.product_id = b.product_id
WHERE p.family <> ''
GROUP BY b.customer_id, p.family
