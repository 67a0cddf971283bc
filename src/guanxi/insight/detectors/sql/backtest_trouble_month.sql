-- Back-test of trouble with us (promises we broke, bad service), one month ($cycle, until $until; the replayed day before it
-- was $before): the customers with whom there was a contact in the year before its end, and what was stated at its end.

INSERT INTO backtest_risk
SELECT DISTINCT $cycle, customer_id
FROM conversations
WHERE day <= $until AND day > days_after($until, -365)
    AND customer_id NOT IN (SELECT customer_id FROM backtest_aside);

INSERT INTO backtest_stated
SELECT $cycle, key, customer_id, state, CASE WHEN occurred_on > $before THEN occurred_on ELSE $until END,
    CAST(NULL AS DATE), CAST(NULL AS DATE), CAST(NULL AS BIGINT)
FROM signals
WHERE kind = $kind AND state IN ('watch', 'alarm')
    AND customer_id NOT IN (SELECT customer_id FROM backtest_aside);
