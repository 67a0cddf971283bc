-- Back-test of a fall in spending, one month ($cycle, until $until; the replayed day before it was $before): who was judged,
-- and what was stated. A state counts from the month's end at which it was first stated.

INSERT INTO backtest_risk
SELECT $cycle, s.customer_id
FROM spend_scores s
LEFT JOIN spend_waits w ON w.cycle = s.cycle AND w.segment = s.segment
WHERE s.cycle = $cycle AND w.cycle IS NULL AND s.customer_id NOT IN (SELECT customer_id FROM backtest_aside);

INSERT INTO backtest_scores
SELECT $cycle, s.segment, s.z
FROM spend_scores s
LEFT JOIN spend_waits w ON w.cycle = s.cycle AND w.segment = s.segment
WHERE s.cycle = $cycle AND w.cycle IS NULL AND s.customer_id NOT IN (SELECT customer_id FROM backtest_aside);

INSERT INTO backtest_seasons SELECT * FROM spend_seasons WHERE cycle = $cycle;

INSERT INTO backtest_stated
SELECT $cycle, key, customer_id, state, CASE WHEN occurred_on > $before THEN occurred_on ELSE $until END,
    habit_to, CAST(NULL AS DATE), usual
FROM signals
WHERE kind = $kind AND state IN ('watch', 'alarm', 'confirmed')
    AND customer_id NOT IN (SELECT customer_id FROM backtest_aside);
