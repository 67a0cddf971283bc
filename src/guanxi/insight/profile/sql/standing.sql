-- Where a customer stands: tier, state, how he is served, worth and potential in whole units, the risk that he leaves, his last purchase.
-- Tier and state as this run sees them, and not as the last one showed them: a run that is made again decides the same.
SELECT c.customer_id, CASE coalesce(e.tier, c.tier) WHEN 1 THEN 'A' WHEN 2 THEN 'B' WHEN 3 THEN 'C' END AS tier,
    CASE w.state WHEN 2 THEN 'watch' WHEN 3 THEN 'alarm' WHEN 4 THEN 'lapsed' ELSE CASE WHEN e.frequency IS NULL THEN NULL ELSE 'active' END END
        AS state,
    -- as record.standing.rules.service_model_of says it
    CASE WHEN e.is_vip OR ((c.kind = 2 OR coalesce(e.tier, c.tier) = 1) AND e.potential > 0) THEN 'adviser'
        WHEN coalesce(e.tier, c.tier) IN (1, 2) THEN 'one_stop' ELSE 'technology' END AS service_model,
    e.value / $minor AS value, e.potential / $minor AS potential, e.loss_risk, e.last_day AS last_purchase
FROM asked a
JOIN customers c ON c.customer_id = a.customer_id
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN (
    -- as refresh/sql/standing.sql says it: one slip of ours says nothing yet about the customer
    SELECT customer_id, max(CASE state WHEN 'watch' THEN 2 WHEN 'alarm' THEN 3 WHEN 'confirmed' THEN 3 WHEN 'lapsed' THEN 4 END) AS state
    FROM alive
    WHERE state IN ('watch', 'alarm', 'confirmed', 'lapsed') AND list_contains($detected, kind)
        AND NOT (state = 'watch' AND kind IN ('promise_broken', 'service_friction'))
    GROUP BY customer_id
) w ON w.customer_id = c.customer_id
