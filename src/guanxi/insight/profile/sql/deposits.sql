-- What a customer has on deposit in whole units: the last known balance of each deposit that is open.
SELECT customer_id, sum(amount) / $minor AS deposits
FROM (
    SELECT b.customer_id, b.holding_id, max_by(b.amount, b.day) AS amount
    FROM balances b
    JOIN holdings h ON h.holding_id = b.holding_id
    JOIN products p ON p.product_id = h.product_id
    WHERE b.day <= $as_of AND h.status = $open AND (h.closed_on IS NULL OR h.closed_on > $as_of) AND is_deposit(p.family, p.reference)
        AND b.customer_id IN (SELECT customer_id FROM asked)
    GROUP BY b.customer_id, b.holding_id
) last_known
GROUP BY customer_id
