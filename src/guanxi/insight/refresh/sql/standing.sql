-- A row of standing for every customer, in the columns of the record's table. State: the worst open signal; without one
-- active for who has ever bought. `signals` are what this run's detectors state; what a person explained away (`silenced`) says nothing.

SELECT c.customer_id,
    CAST(coalesce(e.tier, 9) AS SMALLINT) AS tier, CAST(coalesce(e.tier_strict, 9) AS SMALLINT) AS tier_strict,
    coalesce(e.is_vip, FALSE) AS is_vip,
    CAST(coalesce(e.runs_outside, 0) AS SMALLINT) AS runs_outside, CAST(coalesce(e.outside_before, 0) AS SMALLINT) AS outside_before,
    coalesce(e.value, 0) AS value, e.potential, e.frequency, e.recency_days, e.age_days,
    e.monetary, e.first_day AS first_on, e.last_day AS last_on,
    e.expected_purchases_365, e.lifetime_value, e.probability_alive,
    coalesce(e.rfm, '') AS rfm, coalesce(e.rfm_class, '') AS rfm_class,
    coalesce(w.state, CASE WHEN e.frequency IS NULL THEN 0 ELSE 1 END) AS state,
    l.loyalty, l.loyalty_coverage, coalesce(l.loyalty_class, '') AS loyalty_class,
    coalesce(l.is_worth_keeping, FALSE) AS is_worth_keeping,
    -- `signs`, and a complaint that is not solved (decisioning.md 4.4)
    coalesce(d.signs, 0) + CASE WHEN q.customer_id IS NULL THEN 0 ELSE 1 END >= 2 AS is_in_danger,
    e.loss_risk,
    coalesce(e.grade, '') AS grade, e.volume
FROM customers c
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN loyalty l ON l.customer_id = c.customer_id
LEFT JOIN (
    SELECT s.customer_id,
        max(CASE s.state WHEN 'watch' THEN 2 WHEN 'alarm' THEN 3 WHEN 'confirmed' THEN 3 WHEN 'lapsed' THEN 4 END) AS state
    FROM signals s LEFT JOIN silenced x ON x.key = s.key
    WHERE x.key IS NULL AND s.state IN ('watch', 'alarm', 'confirmed', 'lapsed')
        -- one slip of ours says nothing yet about the customer
        AND NOT (s.state = 'watch' AND s.kind IN ('promise_broken', 'service_friction'))
    GROUP BY s.customer_id
) w ON w.customer_id = c.customer_id
LEFT JOIN signs d ON d.customer_id = c.customer_id
LEFT JOIN complaining q ON q.customer_id = c.customer_id
ORDER BY c.customer_id
