-- What was on deposit at the end of each month up to $until, from the first that is known: the last balance of each holding
-- stands until the next one, and no longer than the holding does. `term` is the part that is tied for a time.
WITH stands AS (
    SELECT b.customer_id, b.month, b.amount, month_of(h.closed_on) AS closed,
        lead(b.month) OVER (PARTITION BY b.holding_id ORDER BY b.month) AS following,
        h.renewal_on IS NOT NULL OR is_term(p.family, p.reference) AS is_term
    FROM balances b
    JOIN holdings h ON h.holding_id = b.holding_id
    JOIN products p ON p.product_id = h.product_id
    WHERE b.month <= $until AND is_deposit(p.family, p.reference) AND b.customer_id IN (SELECT customer_id FROM asked)
), known AS (
    SELECT DISTINCT month FROM balances WHERE month <= $until
), span AS (
    SELECT f.customer_id, k.month
    FROM (SELECT customer_id, min(month) AS first FROM stands GROUP BY customer_id) f JOIN known k ON k.month >= f.first
)
SELECT m.customer_id, m.month, CAST(coalesce(sum(s.amount), 0) AS BIGINT) AS total,
    CAST(coalesce(sum(CASE WHEN s.is_term THEN s.amount ELSE 0 END), 0) AS BIGINT) AS term
FROM span m
LEFT JOIN stands s ON s.customer_id = m.customer_id AND m.month >= s.month
    AND (s.following IS NULL OR m.month < s.following) AND (s.closed IS NULL OR m.month < s.closed)
GROUP BY m.customer_id, m.month
