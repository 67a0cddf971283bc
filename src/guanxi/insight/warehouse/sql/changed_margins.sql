-- How many products have another margin rate than in the edition: their lines' margins are not what they were.

SELECT count(*)
FROM products p LEFT JOIN new_products n ON n.product_id = p.product_id
WHERE p.margin_rate IS DISTINCT FROM n.margin_rate_ppm / 1000000.0
