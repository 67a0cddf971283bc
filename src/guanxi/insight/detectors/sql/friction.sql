-- Trouble with our service, from what was noted of contacts: nobody answered the customer; the customer had to ask again
-- before we came back; we did not reach the customer. An episode is what follows each other within the long window.

CREATE OR REPLACE TEMP TABLE friction_signals AS
WITH talks AS (
    SELECT * FROM conversations WHERE day <= $as_of AND day > days_after($as_of, -365)
), back AS (
    SELECT customer_id, day FROM talks WHERE direction = $outward AND outcome <> $no_answer
), troubles AS (
    SELECT DISTINCT customer_id, day, 'missed' AS what FROM talks WHERE direction = $inward AND outcome = $no_answer
    UNION ALL
    SELECT DISTINCT t.customer_id, t.day, 'again' AS what
    FROM talks t
    JOIN talks p ON p.customer_id = t.customer_id AND p.direction = $inward AND p.day < t.day
        AND p.day >= days_after(t.day, -$again_days) AND p.outcome IN ($no_answer, $promised)
    LEFT JOIN back b ON b.customer_id = t.customer_id AND b.day >= p.day AND b.day <= t.day
    WHERE t.direction = $inward AND b.customer_id IS NULL
    UNION ALL
    SELECT DISTINCT customer_id, day, 'failed' AS what FROM talks WHERE direction = $outward AND outcome = $no_answer
), spaced AS (
    SELECT customer_id, day, what, lag(day) OVER (PARTITION BY customer_id ORDER BY day, what) AS before
    FROM troubles
), begun AS (
    SELECT customer_id, max(CASE WHEN before IS NULL OR days_between(before, day) > $long_days THEN day END) AS began
    FROM spaced GROUP BY customer_id
), counted AS (
    SELECT t.customer_id, b.began, max(t.day) AS last_on,
        sum(CASE WHEN t.day > days_after($as_of, -$days) THEN 1 ELSE 0 END) AS lately,
        count(*) AS longer,
        sum(CASE WHEN t.what = 'missed' THEN 1 ELSE 0 END) AS missed,
        sum(CASE WHEN t.what = 'again' THEN 1 ELSE 0 END) AS again,
        sum(CASE WHEN t.what = 'failed' THEN 1 ELSE 0 END) AS failed
    FROM troubles t
    JOIN begun b ON b.customer_id = t.customer_id
    WHERE t.day > days_after($as_of, -$long_days)
    GROUP BY t.customer_id, b.began
), judged AS (
    -- that we did not reach somebody is no trouble of theirs unless they wanted something
    SELECT n.*, c.code, CASE WHEN lately >= $alarm OR longer >= $long_alarm THEN 'alarm' ELSE 'watch' END AS state
    FROM counted n
    JOIN customers c ON c.customer_id = n.customer_id
    WHERE missed + again > 0 AND (lately >= $watch OR longer >= $long_alarm)
)
SELECT key_of('service_friction|' || code || '|' || CAST(began AS STRING)) AS key, customer_id,
    'service_friction' AS kind, state, last_on AS occurred_on, CASE state WHEN 'alarm' THEN 0.7 ELSE 0.4 END AS severity,
    0 AS at_stake,
    '{"table":"conversations","customer_id":' || CAST(customer_id AS STRING) || ',"from":"' || CAST(began AS STRING)
        || '","to":"' || CAST(last_on AS STRING) || '","measure":"friction","given":{"days":' || CAST($days AS STRING)
        || ',"long_days":' || CAST($long_days AS STRING) || '},"figures":{"missed":' || CAST(missed AS STRING)
        || ',"again":' || CAST(again AS STRING) || ',"failed":' || CAST(failed AS STRING) || '}}' AS evidence,
    '{"missed":' || CAST(missed AS STRING) || ',"again":' || CAST(again AS STRING) || ',"failed":'
        || CAST(failed AS STRING) || '}' AS facts,
    CAST(NULL AS BIGINT) AS usual, CAST(NULL AS DATE) AS habit_from, CAST(NULL AS DATE) AS habit_to,
    CAST(NULL AS DOUBLE) AS probability
FROM judged;
