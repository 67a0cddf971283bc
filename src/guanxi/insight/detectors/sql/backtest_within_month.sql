-- Back-test of a fall within month $cycle, asked on its last day but one: who of the best customers was stated by then.

INSERT INTO backtest_stated
SELECT $cycle, key, customer_id, 'within', habit_to, habit_to, CAST(NULL AS DATE), usual
FROM signals
WHERE kind = $kind AND evidence LIKE '%"measure":"gross_by_window"%'
    AND customer_id NOT IN (SELECT customer_id FROM backtest_aside);
