-- What offers may ask of a customer that is neither counted of his purchases nor noticed (told.py has the twin for one who is here
-- now): `cities`, `homes`, `spoken` and `tested` are what was told; deposits are the last known balances of what he holds.

CREATE OR REPLACE TEMP TABLE traits AS
WITH deposited AS (
    SELECT customer_id, sum(amount) AS amount
    FROM (
        SELECT b.customer_id, b.holding_id, max_by(b.amount, b.day) AS amount
        FROM balances b
        JOIN holdings h ON h.holding_id = b.holding_id
        JOIN products p ON p.product_id = h.product_id
        WHERE b.day <= $as_of AND h.status = $open AND (h.closed_on IS NULL OR h.closed_on > $as_of) AND is_deposit(p.family, p.reference)
        GROUP BY b.customer_id, b.holding_id
    ) t GROUP BY customer_id
)
SELECT c.customer_id, t.name AS city, s.language, d.amount / $minor AS deposits, h.distance_km,
    r.customer_id IS NOT NULL AS has_risk_test, r.risk_level
FROM customers c
LEFT JOIN cities t ON t.city_id = c.city_id
LEFT JOIN spoken s ON s.customer_id = c.customer_id
LEFT JOIN homes h ON h.customer_id = c.customer_id
LEFT JOIN tested r ON r.customer_id = c.customer_id
LEFT JOIN deposited d ON d.customer_id = c.customer_id;
