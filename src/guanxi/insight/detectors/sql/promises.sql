-- Promises whose day has passed without a contact, one row each; the second in the window weighs more.
-- A promise is kept by any contact that came about after it and up to its day, or by work that was done by then.
-- It was noted with a contact, or planned by itself (planned_steps holds those that were not done by their day).

CREATE OR REPLACE TEMP TABLE promise_signals AS
WITH told AS (
    SELECT customer_id, day, follow_up_on AS due_on FROM conversations WHERE outcome = $promised
    UNION ALL
    SELECT customer_id, day, due_on FROM planned_steps
), agreed AS (
    SELECT customer_id, due_on, max(day) AS day
    FROM told
    WHERE due_on > day AND due_on <= $as_of AND due_on > days_after($as_of, -2 * $days)
    GROUP BY customer_id, due_on
), kept AS (
    SELECT DISTINCT a.customer_id, a.due_on
    FROM agreed a
    JOIN conversations t ON t.customer_id = a.customer_id AND t.day > a.day AND t.day <= a.due_on
        AND t.outcome <> $no_answer
), broken AS (
    SELECT a.customer_id, c.code, a.day, a.due_on
    FROM agreed a
    JOIN customers c ON c.customer_id = a.customer_id
    LEFT JOIN kept k ON k.customer_id = a.customer_id AND k.due_on = a.due_on
    LEFT JOIN kept_steps d ON d.key = key_of('follow_up|' || c.code || '|' || CAST(a.due_on AS STRING))
    WHERE k.customer_id IS NULL AND d.key IS NULL
), counted AS (
    SELECT b.customer_id, b.code, b.day, b.due_on, count(*) AS times
    FROM broken b
    JOIN broken o ON o.customer_id = b.customer_id AND o.due_on <= b.due_on AND o.due_on > days_after(b.due_on, -$days)
    GROUP BY b.customer_id, b.code, b.day, b.due_on
)
SELECT key_of('promise_broken|' || code || '|' || CAST(due_on AS STRING)) AS key, customer_id, 'promise_broken' AS kind,
    CASE WHEN times >= $alarm THEN 'alarm' ELSE 'watch' END AS state, days_after(due_on, 1) AS occurred_on,
    CASE WHEN times >= $alarm THEN 0.7 ELSE 0.4 END AS severity, 0 AS at_stake,
    '{"table":"conversations","customer_id":' || CAST(customer_id AS STRING) || ',"from":"' || CAST(day AS STRING)
        || '","to":"' || CAST(due_on AS STRING) || '","measure":"promise","given":{"days":' || CAST($days AS STRING)
        || '},"figures":{"day":"' || CAST(day AS STRING) || '","due":"' || CAST(due_on AS STRING)
        || '","times":' || CAST(times AS STRING) || '}}' AS evidence,
    '{"day":"' || CAST(day AS STRING) || '","due":"' || CAST(due_on AS STRING) || '"}' AS facts,
    CAST(NULL AS BIGINT) AS usual, CAST(NULL AS DATE) AS habit_from, CAST(NULL AS DATE) AS habit_to,
    CAST(1 AS DOUBLE) AS probability
FROM counted
WHERE due_on > days_after($as_of, -$days);
