-- Back-test of inactivity: what came of each state by $as_of. Left (4.6, 4.13): no purchase up to the day on which the absence
-- counts as a loss. That day is the definition, so one who has lapsed is judged by $after days more without a purchase.
-- Undecided while that day lies ahead. A loss is dated back to the last purchase.

WITH told AS (
    SELECT *, CASE WHEN state = 'lapsed' THEN days_after(told_on, $after) ELSE lapsed_on END AS known_on
    FROM (
        SELECT *, row_number() OVER (PARTITION BY key, state ORDER BY cycle) AS place FROM backtest_stated
    ) t WHERE place = 1 AND cycle > $baseline
), back AS (
    SELECT DISTINCT t.key, t.state
    FROM told t
    JOIN days d ON d.customer_id = t.customer_id AND d.is_purchase AND d.day <= t.known_on
        AND d.day > CASE WHEN t.state = 'lapsed' THEN t.told_on ELSE t.last_on END
)
SELECT t.cycle, t.key, t.customer_id, t.state, t.told_on, t.known_on <= $as_of AS is_judged,
    t.known_on <= $as_of AND b.key IS NULL AS has_left, days_between(t.last_on, t.told_on) AS delay
FROM told t LEFT JOIN back b ON b.key = t.key AND b.state = t.state
ORDER BY t.cycle, t.key, t.state
