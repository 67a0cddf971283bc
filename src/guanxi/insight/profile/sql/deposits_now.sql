-- What is on deposit by the last balances up to the month $until; and `highest`, of which no month since $since had more.
SELECT customer_id, CAST(sum(CASE WHEN is_closed THEN 0 ELSE amount END) AS BIGINT) AS total, CAST(sum(highest) AS BIGINT) AS highest
FROM (
    SELECT b.customer_id, b.holding_id, max_by(b.amount, b.month) AS amount,
        greatest(coalesce(max(b.amount) FILTER (WHERE b.month >= $since), 0),
            coalesce(max_by(b.amount, b.month) FILTER (WHERE b.month < $since), 0)) AS highest,
        coalesce(max(h.closed_on) < months_after($until, 1), FALSE) AS is_closed
    FROM balances b
    JOIN holdings h ON h.holding_id = b.holding_id
    JOIN products p ON p.product_id = h.product_id
    WHERE b.month <= $until AND is_deposit(p.family, p.reference) AND b.customer_id IN (SELECT customer_id FROM asked)
    GROUP BY b.customer_id, b.holding_id
) d
GROUP BY customer_id
