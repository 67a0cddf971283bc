-- What everybody gets of what comes first.

SELECT p.customer_id, d.code, w.code AS offer, w.channel
FROM placed p
JOIN first_ways w ON w.treatment = p.treatment
JOIN deciding d ON d.customer_id = p.customer_id
ORDER BY p.customer_id
