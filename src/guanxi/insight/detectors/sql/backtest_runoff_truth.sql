-- Back-test of money that leaves the accounts: what came of each state. Left: in none of the next three months did the deposits come
-- back to half of what was usual; undecided while they have not all passed ($newest closed last). It truly began with the first of the
-- months in a row below half of that level which lead up to the state.

WITH told AS (
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY key, state ORDER BY cycle) AS place FROM backtest_stated
    ) t WHERE place = 1 AND cycle > $baseline
), around AS (
    SELECT t.key, t.state,
        count(*) FILTER (WHERE month_number(m.month) > t.cycle) AS back,
        max(month_number(m.month)) FILTER (WHERE month_number(m.month) <= t.cycle) AS usual_until
    FROM told t
    JOIN feature_deposit_months m ON m.customer_id = t.customer_id
        AND m.month BETWEEN first_of_month(t.cycle - 12) AND first_of_month(least(t.cycle + $after, $newest))
    WHERE m.total >= $half * t.usual
    GROUP BY t.key, t.state
)
SELECT t.cycle, t.key, t.customer_id, t.state, t.told_on, t.cycle + $after <= $newest AS is_judged,
    t.cycle + $after <= $newest AND coalesce(a.back, 0) = 0 AS has_left,
    days_between(first_of_month(least(t.cycle, coalesce(a.usual_until + 1, t.cycle))), t.told_on) AS delay
FROM told t LEFT JOIN around a ON a.key = t.key AND a.state = t.state
ORDER BY t.cycle, t.key, t.state
