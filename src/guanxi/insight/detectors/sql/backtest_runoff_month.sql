-- Back-test of money that leaves the accounts, one month ($cycle, until $until; the replayed day before it was $before): who had
-- something on deposit in the year before, and what was stated. A state counts from the month's end at which it was first stated.

INSERT INTO backtest_risk
SELECT DISTINCT $cycle, b.customer_id
FROM balances b
JOIN holdings h ON h.holding_id = b.holding_id
JOIN products p ON p.product_id = h.product_id
WHERE b.month BETWEEN first_of_month($cycle - 12) AND first_of_month($cycle - 1) AND b.amount > 0 AND is_deposit(p.family, p.reference)
    AND b.customer_id NOT IN (SELECT customer_id FROM backtest_aside);

INSERT INTO backtest_stated
SELECT $cycle, key, customer_id, state, CASE WHEN occurred_on > $before THEN occurred_on ELSE $until END,
    occurred_on, CAST(NULL AS DATE), usual
FROM signals
WHERE kind = $kind AND state IN ('alarm', 'confirmed') AND customer_id NOT IN (SELECT customer_id FROM backtest_aside);
