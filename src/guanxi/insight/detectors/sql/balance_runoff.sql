-- Money leaves the accounts: the deposits at the end of the last months lie below half ($drop) of their own median of the
-- twelve months before, and by $least at least. One month is an alarm, a second one confirms it. Who was as low a year ago, in
-- the same month or the one beside it (the spring festival wanders), has a season: against that level it is judged then.

CREATE OR REPLACE TEMP TABLE runoff_signals AS
WITH windows AS (
    SELECT customer_id, month, total,
        count(*) OVER (PARTITION BY customer_id ORDER BY month ROWS BETWEEN 12 PRECEDING AND 1 PRECEDING) AS known,
        median_of(array_agg(total) OVER (
            PARTITION BY customer_id ORDER BY month ROWS BETWEEN 12 PRECEDING AND 1 PRECEDING)) AS usual
    FROM feature_deposit_months
), seasons AS (
    SELECT customer_id, month, total, known, usual,
        min(CASE WHEN known >= $known AND usual > 0 AND total < usual THEN total / CAST(usual AS DOUBLE) ELSE 1 END) OVER (
            PARTITION BY customer_id ORDER BY month ROWS BETWEEN 13 PRECEDING AND 11 PRECEDING) AS season
    FROM windows
), judged AS (
    SELECT *, known >= $known AND total <= (1 - $drop) * coalesce(season, 1) * usual AND usual - total >= $least AS is_low FROM seasons
), quiet AS (
    SELECT customer_id, max(month) AS latest, coalesce(max(month) FILTER (WHERE NOT coalesce(is_low, FALSE)), DATE '1900-01-01') AS until
    FROM judged GROUP BY customer_id
), runs AS (
    SELECT q.customer_id, q.latest, min(j.month) AS began, count(*) AS months,
        min(j.month) FILTER (WHERE j.month > months_after(q.until, 1)) AS second
    FROM quiet q JOIN judged j ON j.customer_id = q.customer_id AND j.month > q.until
    WHERE q.latest >= months_after($until, -2)
    GROUP BY q.customer_id, q.latest
), stated AS (
    SELECT r.customer_id, c.code, r.began, r.latest, r.months, CASE WHEN r.months > 1 THEN 'confirmed' ELSE 'alarm' END AS state,
        last_day(CASE WHEN r.months > 1 THEN coalesce(r.second, r.latest) ELSE r.began END) AS occurred_on,
        nearest(b.usual) AS usual, n.total AS now
    FROM runs r
    JOIN judged b ON b.customer_id = r.customer_id AND b.month = r.began
    JOIN judged n ON n.customer_id = r.customer_id AND n.month = r.latest
    JOIN customers c ON c.customer_id = r.customer_id
)
SELECT key_of('balance_runoff|' || code || '|' || CAST(began AS STRING)) AS key, customer_id, 'balance_runoff' AS kind, state,
    occurred_on, to_places(1 - now / CAST(usual AS DOUBLE), 1000) AS severity, 0 AS at_stake,
    '{"table":"balances","customer_id":' || CAST(customer_id AS STRING) || ',"from":"'
        || CAST(months_after(began, -12) AS STRING) || '","to":"' || CAST(last_day(latest) AS STRING)
        || '","measure":"deposits_by_month","given":{"drop":' || CAST($drop AS STRING) || ',"least":' || CAST($least AS STRING)
        || '},"figures":{"usual":' || CAST(usual AS STRING) || ',"now":' || CAST(now AS STRING) || ',"drop":'
        || CAST(to_places(1 - now / CAST(usual AS DOUBLE), 10000) AS STRING) || ',"months":' || CAST(months AS STRING)
        || '}}' AS evidence,
    '{"usual":' || CAST(usual AS STRING) || ',"now":' || CAST(now AS STRING) || ',"drop":'
        || CAST(to_places(1 - now / CAST(usual AS DOUBLE), 10000) AS STRING) || ',"month":"'
        || CAST(last_day(latest) AS STRING) || '"}' AS facts,
    usual, CAST(NULL AS DATE) AS habit_from, CAST(NULL AS DATE) AS habit_to,
    CAST(NULL AS DOUBLE) AS probability
FROM stated
