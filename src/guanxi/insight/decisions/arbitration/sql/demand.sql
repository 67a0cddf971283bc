-- What everybody would take at the prices, and what is left to him then. Who is a control does not press on the prices.

SELECT lane, count(*) AS customers, sum(score) AS worth
FROM (
    SELECT b.customer_id, max(b.net - l.price) AS score, max_by(b.lane, place_of(b.net - l.price, b.lane)) AS lane
    FROM best b JOIN lanes l ON l.lane = b.lane
    WHERE NOT b.is_control
    GROUP BY b.customer_id
) t
WHERE score > 0
GROUP BY lane
ORDER BY lane
