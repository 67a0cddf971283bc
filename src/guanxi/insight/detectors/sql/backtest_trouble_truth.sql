-- Back-test of trouble with us: what came of each state by $as_of. Left (4.6, 4.13): no purchase after it for $lapse_days and
-- $lapse_gaps own gaps up to it ($lapse_unknown days after a single visit). Who never bought, or was lost before, cannot be
-- judged; undecided also while that day lies ahead. A loss is dated back to the last purchase.

WITH told AS (
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY key, state ORDER BY cycle) AS place FROM backtest_stated
    ) t WHERE place = 1 AND cycle > $baseline
), bought AS (
    SELECT t.key, t.state, max(d.day) AS last_day,
        CASE WHEN count(*) = 1 THEN CAST($lapse_unknown AS DOUBLE)
            ELSE greatest($lapse_days, $lapse_gaps * days_between(min(d.day), max(d.day)) / (count(*) - 1)) END AS patience
    FROM told t
    JOIN days d ON d.customer_id = t.customer_id AND d.is_purchase AND d.day <= t.told_on
    GROUP BY t.key, t.state
), known AS (
    SELECT t.*, b.last_day, days_after(t.told_on, CAST(ceil(b.patience) AS INTEGER)) AS known_on
    FROM told t
    LEFT JOIN bought b ON b.key = t.key AND b.state = t.state AND days_between(b.last_day, t.told_on) < b.patience
), back AS (
    SELECT DISTINCT k.key, k.state
    FROM known k
    JOIN days d ON d.customer_id = k.customer_id AND d.is_purchase AND d.day > k.told_on AND d.day <= k.known_on
)
SELECT k.cycle, k.key, k.customer_id, k.state, k.told_on, coalesce(k.known_on <= $as_of, FALSE) AS is_judged,
    coalesce(k.known_on <= $as_of, FALSE) AND b.key IS NULL AS has_left, coalesce(days_between(k.last_day, k.told_on), 0) AS delay
FROM known k LEFT JOIN back b ON b.key = k.key AND b.state = k.state
ORDER BY k.cycle, k.key, k.state
