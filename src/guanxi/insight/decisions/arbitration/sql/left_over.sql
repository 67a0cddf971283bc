-- Units that nobody took at the prices go, for nothing, to whoever gains most by one, best first, to the last.

CREATE OR REPLACE TEMP TABLE picked AS
WITH used AS (
    SELECT coalesce(sum(CASE WHEN p.is_control THEN 0 ELSE u.use END), 0) AS units
    FROM picked p JOIN uses u ON u.lane = p.lane AND u.resource = $resource
), full_lanes AS (
    -- a lane that also needs another limited resource waits for that one's own turn
    SELECT lane FROM uses GROUP BY lane HAVING count(*) = 1 AND max(resource) = $resource
), line AS (
    SELECT b.customer_id, b.lane,
        sum(CASE WHEN b.is_control THEN 0 ELSE u.use END) OVER (
            ORDER BY (b.net - coalesce(p.net, 0)) / u.use DESC, b.draw, b.customer_id ROWS UNBOUNDED PRECEDING) AS taken
    FROM best b
    JOIN full_lanes f ON f.lane = b.lane
    JOIN uses u ON u.lane = b.lane AND u.resource = $resource
    LEFT JOIN picked p ON p.customer_id = b.customer_id
    WHERE b.net > coalesce(p.net, 0) AND coalesce(p.lane, -1) <> b.lane
), won AS (
    SELECT l.customer_id, min(l.lane) AS lane FROM line l CROSS JOIN used s WHERE l.taken + s.units <= $units GROUP BY l.customer_id
)
SELECT customer_id, lane, treatment, net, gain, amount, context, draw, is_control, price, score FROM picked
WHERE customer_id NOT IN (SELECT customer_id FROM won)
UNION ALL
SELECT b.customer_id, b.lane, b.treatment, b.net, b.gain, b.amount, b.context, b.draw, b.is_control, CAST(0 AS BIGINT), b.net
FROM won w
JOIN best b ON b.customer_id = w.customer_id AND b.lane = w.lane;
