-- First regular income (LEV-11): $months months in a row with income, up to the last closed one, never so many in a row before,
-- and of age: a summer's work is no regular income. Who had some already when income began to be delivered at all (many at once)
-- is nobody's first.

CREATE OR REPLACE TEMP TABLE first_income_signals AS
WITH numbered AS (
    SELECT customer_id, month, amount,
        month_number(month) - row_number() OVER (PARTITION BY customer_id ORDER BY month) AS run,
        min(month) OVER (PARTITION BY customer_id) AS first
    FROM feature_income_months
), runs AS (
    SELECT customer_id, first, min(month) AS began, max(month) AS latest, count(*) AS months, median_of(array_agg(amount)) AS middle,
        row_number() OVER (PARTITION BY customer_id ORDER BY min(month)) AS place
    FROM numbered
    GROUP BY customer_id, run, first
    HAVING count(*) >= $months
), beginning AS (
    SELECT min(month) AS month FROM feature_income_months
), crowd AS (
    SELECT count(*) AS customers FROM feature_income_months f JOIN beginning b ON b.month = f.month
), stated AS (
    SELECT r.*, c.code, months_after(p.born_on, 12 * $age) AS came_of_age
    FROM runs r
    JOIN customers c ON c.customer_id = r.customer_id
    JOIN feature_birthday p ON p.customer_id = r.customer_id
    CROSS JOIN beginning b CROSS JOIN crowd n
    WHERE r.place = 1 AND r.latest >= months_after($until, -1) AND months_between_firsts(r.began, $until) <= $told
        AND months_after(p.born_on, 12 * $age) <= $as_of AND (r.first > b.month OR n.customers < $crowd)
)
SELECT key_of('first_income|' || code || '|' || CAST(began AS STRING)) AS key, customer_id, 'first_income' AS kind,
    'hypothesised' AS state, greatest(last_day(months_after(began, $months - 1)), came_of_age) AS occurred_on,
    0.3 AS severity, 0 AS at_stake,
    '{"table":"incomes","customer_id":' || CAST(customer_id AS STRING) || ',"from":"' || CAST(began AS STRING) || '","to":"'
        || CAST(last_day(latest) AS STRING) || '","measure":"income_by_month","given":{"months":' || CAST($months AS STRING)
        || ',"age":' || CAST($age AS STRING) || '},"figures":{"since":"' || CAST(began AS STRING) || '","months":'
        || CAST(months AS STRING) || ',"middle":' || CAST(nearest(middle) AS STRING) || '}}' AS evidence,
    '{"since":"' || CAST(began AS STRING) || '","months":' || CAST(months AS STRING) || '}' AS facts,
    CAST(NULL AS BIGINT) AS usual, CAST(NULL AS DATE) AS habit_from, CAST(NULL AS DATE) AS habit_to, $chance AS probability
FROM stated
