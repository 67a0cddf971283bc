-- Who stands in line for a resource beyond its last unit: at equal prices the line is filled by the draw, to the last unit.

INSERT INTO banned
WITH outside AS (
    SELECT b.customer_id, max(b.net - l.price) AS score
    FROM best b
    JOIN lanes l ON l.lane = b.lane
    LEFT JOIN uses u ON u.lane = b.lane AND u.resource = $resource
    WHERE u.lane IS NULL
    GROUP BY b.customer_id
), line AS (
    SELECT p.customer_id,
        sum(CASE WHEN p.is_control THEN 0 ELSE u.use END) OVER (
            ORDER BY (p.score - greatest(coalesce(o.score, 0), 0)) / u.use DESC, p.draw, p.customer_id
            ROWS UNBOUNDED PRECEDING) AS used
    FROM picked p
    JOIN uses u ON u.lane = p.lane AND u.resource = $resource
    LEFT JOIN outside o ON o.customer_id = p.customer_id
)
SELECT customer_id, $resource FROM line WHERE used > $units;
