-- Who was a customer (bought in the 365 days, or kept a balance where the house earns of it) on $as_of, on $before, a year before $as_of
-- and when the quarter began ($quarter, its first day), and what that year brought as the house earns (`earned`).
-- Families are those held on each day (families.sql).

WITH held AS (
    SELECT customer_id, count(*) FILTER (WHERE first_day <= $as_of AND until > $as_of) AS families_now,
        count(*) FILTER (WHERE first_day <= $before AND until > $before) AS families_before,
        count(*) FILTER (WHERE first_day <= days_after($as_of, -365) AND until > days_after($as_of, -365)) AS families_year_ago
    FROM families_had GROUP BY customer_id
), years AS (
    SELECT customer_id, min(day) FILTER (WHERE is_purchase) AS first_day,
        count(*) FILTER (WHERE is_purchase AND day > days_after($as_of, -365)) AS bought_now,
        count(*) FILTER (WHERE is_purchase AND day <= $before AND day > days_after($before, -365)) AS bought_before,
        count(*) FILTER (
            WHERE is_purchase AND day <= days_after($as_of, -365) AND day > days_after($as_of, -730)) AS bought_year_ago,
        count(*) FILTER (WHERE is_purchase AND day < $quarter AND day >= days_after($quarter, -365)) AS bought_at_quarter,
        coalesce(sum(worth) FILTER (WHERE day > days_after($as_of, -365)), 0) AS worth_now,
        coalesce(sum(worth) FILTER (WHERE day <= $before AND day > days_after($before, -365)), 0) AS worth_before,
        CAST(coalesce(sum(net) FILTER (WHERE day > days_after($as_of, -365)), 0) AS DOUBLE) AS net_now
    FROM earned
    WHERE day <= $as_of
    GROUP BY customer_id
), surveyed AS (
    -- asked twice on the last day: the less content answer counts
    SELECT customer_id, max_by(satisfaction, days_between(CAST('2000-01-01' AS DATE), asked_on) * 100 - satisfaction) AS satisfaction
    FROM surveys
    WHERE satisfaction IS NOT NULL AND asked_on <= $as_of AND asked_on > days_after($as_of, -365)
    GROUP BY customer_id
)
SELECT y.customer_id, c.team_id, y.bought_now, y.bought_before, y.bought_year_ago, y.bought_at_quarter,
    y.worth_now, y.worth_before, y.net_now, y.first_day >= $quarter AS is_of_quarter, days_between(y.first_day, $as_of) AS age_now,
    days_between(y.first_day, $before) AS age_before,
    coalesce(h.families_now, 0) AS families_now, coalesce(h.families_before, 0) AS families_before,
    coalesce(h.families_year_ago, 0) AS families_year_ago,
    coalesce(e.tier_strict, 9) AS tier, l.loyalty, coalesce(l.loyalty_class, '') AS loyalty_class,
    coalesce(l.is_worth_keeping, FALSE) AS is_worth_keeping, s.satisfaction
FROM years y
JOIN customers c ON c.customer_id = y.customer_id
LEFT JOIN held h ON h.customer_id = y.customer_id
LEFT JOIN estimates e ON e.customer_id = y.customer_id
LEFT JOIN loyalty l ON l.customer_id = y.customer_id
LEFT JOIN surveyed s ON s.customer_id = y.customer_id
WHERE y.first_day IS NOT NULL
ORDER BY y.customer_id
