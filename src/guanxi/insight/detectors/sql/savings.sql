-- Savings pile up (LEV-08): since the last month in which $outflow or more left the deposits, or was spent in a day, at least
-- $months months have passed and the deposits have grown by $growth. That an interest stands behind it is a supposition.

CREATE OR REPLACE TEMP TABLE savings_signals AS
WITH series AS (
    SELECT customer_id, month, total, term,
        total - lag(total) OVER (PARTITION BY customer_id ORDER BY month) AS change
    FROM feature_deposit_months
), spent AS (
    SELECT customer_id, max(month_of(day)) AS month
    FROM days
    WHERE gross >= $outflow AND day <= last_day($until) AND customer_id IN (SELECT customer_id FROM savings_cases)
    GROUP BY customer_id
), turns AS (
    SELECT s.customer_id, max(s.month) AS latest,
        greatest(min(s.month), coalesce(max(s.month) FILTER (WHERE s.change <= -$outflow), min(s.month)),
            coalesce(max(p.month), min(s.month))) AS began
    FROM series s LEFT JOIN spent p ON p.customer_id = s.customer_id
    GROUP BY s.customer_id
), stated AS (
    SELECT t.customer_id, c.code, t.began, t.latest, months_between_firsts(t.began, t.latest) AS months,
        max(s.total) FILTER (WHERE s.month = t.began) AS level, max(s.total) FILTER (WHERE s.month = t.latest) AS now,
        max(s.term) FILTER (WHERE s.month = t.latest) AS term,
        max(s.total) FILTER (WHERE s.month < t.began AND s.month >= months_after(t.began, -12)) AS before
    FROM turns t
    JOIN series s ON s.customer_id = t.customer_id
    JOIN customers c ON c.customer_id = t.customer_id
    WHERE t.latest >= months_after($until, -2)
    GROUP BY t.customer_id, c.code, t.began, t.latest
)
SELECT key_of('savings_accumulating|' || code || '|' || CAST(began AS STRING)) AS key, customer_id,
    'savings_accumulating' AS kind, 'hypothesised' AS state, last_day(months_after(began, $months)) AS occurred_on,
    to_places((now - level) / CAST(now AS DOUBLE), 1000) AS severity, 0 AS at_stake,
    '{"table":"balances","customer_id":' || CAST(customer_id AS STRING) || ',"from":"' || CAST(last_day(began) AS STRING)
        || '","to":"' || CAST(last_day(latest) AS STRING) || '","measure":"deposits_by_month","given":{"months":'
        || CAST($months AS STRING) || ',"outflow":' || CAST($outflow AS STRING) || '},"figures":{"first":'
        || CAST(level AS STRING) || ',"now":' || CAST(now AS STRING) || ',"term":' || CAST(term AS STRING) || ',"months":'
        || CAST(months AS STRING) || ',"before":' || coalesce(CAST(before AS STRING), 'null') || '}}' AS evidence,
    '{"first":' || CAST(level AS STRING) || ',"now":' || CAST(now AS STRING) || ',"term":' || CAST(term AS STRING)
        || ',"since":"' || CAST(last_day(began) AS STRING) || '","month":"' || CAST(last_day(latest) AS STRING) || '"}' AS facts,
    CAST(NULL AS BIGINT) AS usual, CAST(NULL AS DATE) AS habit_from, CAST(NULL AS DATE) AS habit_to, $chance AS probability
FROM stated
WHERE months >= $months AND now - level >= $growth
