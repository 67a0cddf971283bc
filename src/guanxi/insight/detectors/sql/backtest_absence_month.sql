-- Back-test of inactivity, one month ($cycle, until $until; the replayed day before it was $before): whose absence could
-- grow too long in it (known when it began, not lost by then), and which states were reached. An absence that is over when
-- the month ends reached those whose day came before the return.

INSERT INTO backtest_risk
SELECT $cycle, c.customer_id
FROM customers c
WHERE c.stage <> $lost AND c.customer_id IN (SELECT customer_id FROM days WHERE is_purchase AND day <= $before)
    AND c.customer_id NOT IN (SELECT customer_id FROM backtest_gone)
    AND c.customer_id NOT IN (SELECT customer_id FROM backtest_aside);

CREATE OR REPLACE TEMP TABLE backtest_gone AS
SELECT customer_id FROM signals WHERE kind = $kind AND state = 'lapsed';

INSERT INTO backtest_stated
WITH absent AS (
    SELECT key, customer_id, state AS now, occurred_on, habit_to AS last_on, usual,
        TRY_CAST(regexp_extract(evidence, '"watch_on":"([0-9-]+)"', 1) AS DATE) AS watch_on,
        TRY_CAST(regexp_extract(evidence, '"alarm_on":"([0-9-]+)"', 1) AS DATE) AS alarm_on,
        TRY_CAST(regexp_extract(evidence, '"lapsed_on":"([0-9-]+)"', 1) AS DATE) AS lapsed_on
    FROM signals
    WHERE kind = $kind AND customer_id NOT IN (SELECT customer_id FROM backtest_aside)
), reached AS (
    SELECT *, 'watch' AS state, watch_on AS reached_on, now IN ('watch', 'alarm', 'lapsed') AS stands FROM absent
    UNION ALL
    SELECT *, 'alarm' AS state, alarm_on AS reached_on, now IN ('alarm', 'lapsed') AS stands FROM absent
    UNION ALL
    SELECT *, 'lapsed' AS state, lapsed_on AS reached_on, now = 'lapsed' AS stands FROM absent
)
SELECT $cycle, key, customer_id, state, CASE WHEN reached_on > $before THEN reached_on ELSE $until END, last_on, lapsed_on, usual
FROM reached
WHERE reached_on <= $until AND (stands OR now = 'cleared' AND reached_on < occurred_on);
