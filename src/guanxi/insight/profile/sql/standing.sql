-- Where a customer stands: tier, state, how he is served, worth and potential in whole units, the risk that he leaves, his last purchase.
SELECT c.customer_id, CASE coalesce(e.tier, c.tier) WHEN 1 THEN 'A' WHEN 2 THEN 'B' WHEN 3 THEN 'C' END AS tier,
    CASE c.state WHEN 1 THEN 'active' WHEN 2 THEN 'watch' WHEN 3 THEN 'alarm' WHEN 4 THEN 'lapsed' END AS state,
    -- as record.standing.rules.service_model_of says it
    CASE WHEN e.is_vip OR ((c.kind = 2 OR coalesce(e.tier, c.tier) = 1) AND e.potential > 0) THEN 'adviser'
        WHEN coalesce(e.tier, c.tier) IN (1, 2) THEN 'one_stop' ELSE 'technology' END AS service_model,
    e.value / $minor AS value, e.potential / $minor AS potential, e.loss_risk, e.last_day AS last_purchase
FROM asked a
JOIN customers c ON c.customer_id = a.customer_id
LEFT JOIN estimates e ON e.customer_id = c.customer_id
