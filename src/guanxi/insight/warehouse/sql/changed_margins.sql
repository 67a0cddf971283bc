-- How many products have another margin rate than in the edition, or are premium and were not, or were and are not: what was
-- counted of their lines is not what it was.

SELECT count(*)
FROM products p
LEFT JOIN new_products n ON n.product_id = p.product_id
LEFT JOIN premium m ON m.product_id = p.product_id
WHERE p.margin_rate IS DISTINCT FROM n.margin_rate_ppm / 1000000.0
    OR (m.product_id IS NOT NULL) IS DISTINCT FROM (coalesce(n.is_premium, 0) > 0)
