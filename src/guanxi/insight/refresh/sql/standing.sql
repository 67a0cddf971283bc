-- A row of standing for every customer, in the columns of the record's table. State: the worst open signal; without one
-- active for who has ever bought. `signals` are what this run's detectors state.

SELECT c.customer_id,
    coalesce(e.tier, 9) AS tier, coalesce(e.tier_strict, 9) AS tier_strict, coalesce(e.is_vip, FALSE) AS is_vip,
    coalesce(e.runs_outside, 0) AS runs_outside, coalesce(e.outside_before, 0) AS outside_before,
    coalesce(e.value, 0) AS value, e.potential, e.frequency, e.recency_days, e.age_days,
    e.monetary, e.first_day AS first_on, e.last_day AS last_on,
    e.expected_purchases_365, e.lifetime_value, e.probability_alive,
    coalesce(e.rfm, '') AS rfm, coalesce(e.rfm_class, '') AS rfm_class,
    coalesce(w.state, CASE WHEN e.frequency IS NULL THEN 0 ELSE 1 END) AS state,
    CAST(NULL AS DOUBLE) AS loyalty, CAST(NULL AS DOUBLE) AS loyalty_coverage, e.loss_risk,
    coalesce(e.grade, '') AS grade
FROM customers c
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN (
    SELECT customer_id,
        max(CASE state WHEN 'watch' THEN 2 WHEN 'alarm' THEN 3 WHEN 'confirmed' THEN 3 WHEN 'lapsed' THEN 4 END) AS state
    FROM signals
    WHERE state IN ('watch', 'alarm', 'confirmed', 'lapsed')
    GROUP BY customer_id
) w ON w.customer_id = c.customer_id
ORDER BY c.customer_id
