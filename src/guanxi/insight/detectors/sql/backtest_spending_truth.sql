-- Back-test of a fall, of spending or of what is on deposit (backtest_levels): what came of each state. Left: in none of the next three closed cycles did it,
-- season taken out, come back to half of the habit; undecided while they have not all closed ($newest closed last). The fall
-- truly began with the first of the months in a row below half of the habit that lead up to the state.

WITH told AS (
    SELECT t.*, coalesce(c.segment, '') AS segment
    FROM (
        SELECT *, row_number() OVER (PARTITION BY key, state ORDER BY cycle) AS place FROM backtest_stated
    ) t JOIN customers c ON c.customer_id = t.customer_id
    WHERE t.place = 1 AND t.cycle > $baseline
), around AS (
    SELECT t.key, t.state,
        count(*) FILTER (WHERE month_number(m.month) > t.cycle) AS back,
        max(month_number(m.month)) FILTER (WHERE month_number(m.month) <= t.cycle) AS usual_until
    FROM told t
    JOIN backtest_levels m ON m.customer_id = t.customer_id
        AND m.month BETWEEN first_of_month(t.cycle - 12) AND first_of_month(least(t.cycle + $after, $newest))
    LEFT JOIN backtest_seasons s ON s.cycle = t.cycle AND s.segment = t.segment AND s.calendar = month_number(m.month) % 12
    WHERE m.level / coalesce(s.factor, 1.0) >= $half * t.usual
    GROUP BY t.key, t.state
)
SELECT t.cycle, t.key, t.customer_id, t.state, t.told_on, t.cycle + $after <= $newest AS is_judged,
    t.cycle + $after <= $newest AND coalesce(a.back, 0) = 0 AS has_left,
    days_between(first_of_month(least(t.cycle, coalesce(a.usual_until + 1, t.cycle))), t.told_on) AS delay
FROM told t LEFT JOIN around a ON a.key = t.key AND a.state = t.state
ORDER BY t.cycle, t.key, t.state
