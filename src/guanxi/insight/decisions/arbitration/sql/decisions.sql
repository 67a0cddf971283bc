-- One decision a customer with every factor of its score, so that it explains itself without being computed again.

SELECT k.customer_id, d.code, w.code AS offer, w.channel, CASE WHEN e.customer_id IS NOT NULL THEN 'explore'
        WHEN k.is_control THEN 'control' ELSE 'chosen' END AS arm,
    y.p, y.tau, coalesce(e.amount, k.amount) AS value, coalesce(e.context, k.context) AS context, w.lever,
    w.cost, d.opt_out * p.permission_value AS fatigue, w.risk,
    CASE WHEN k.lane IN (w.lane, w.lane_reserved) THEN k.price ELSE 0 END / 1000000.0 AS price,
    (coalesce(e.net, k.net) - CASE WHEN k.lane IN (w.lane, w.lane_reserved) THEN k.price ELSE 0 END) / 1000000.0 AS score,
    coalesce(e.gain, k.gain) - w.cost - w.risk - d.opt_out * p.permission_value AS score_plain
FROM picked k
JOIN deciding d ON d.customer_id = k.customer_id
LEFT JOIN explored e ON e.customer_id = k.customer_id
JOIN treatments w ON w.treatment = coalesce(e.treatment, k.treatment)
JOIN ways y ON y.treatment = w.treatment AND y.cell = d.cell
CROSS JOIN policy p
ORDER BY k.customer_id
