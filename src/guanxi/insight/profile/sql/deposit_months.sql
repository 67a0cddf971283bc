-- What was on deposit at the end of each month up to $until: the last balance of each holding stands until the next one, and
-- no longer than the holding does. `term` is the part that is tied for a time.
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
)
SELECT s.customer_id, k.month, CAST(sum(s.amount) AS BIGINT) AS total,
    CAST(sum(CASE WHEN s.is_term THEN s.amount ELSE 0 END) AS BIGINT) AS term
FROM stands s
JOIN known k ON k.month >= s.month AND (s.following IS NULL OR k.month < s.following) AND (s.closed IS NULL OR k.month < s.closed)
GROUP BY s.customer_id, k.month
