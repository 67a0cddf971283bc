-- The price of one resource where no other limited one can be had: the advantage of the first in line for whom nothing is left.
-- Who is kept as a control stands in the line but uses nothing up: he is compared with those who were admitted as he would be.

WITH sides AS (
    SELECT b.customer_id, max(b.draw) AS draw,
        max(CASE WHEN l.use > 0 THEN b.net END) AS inside,
        max_by(l.use, CASE WHEN l.use > 0 THEN place_of(b.net, b.lane) END) AS use,
        max_by(b.is_control, CASE WHEN l.use > 0 THEN place_of(b.net, b.lane) END) AS is_control,
        greatest(coalesce(max(CASE WHEN l.use = 0 THEN b.net END), 0), 0) AS outside
    FROM best b JOIN lane_of_resource l ON l.lane = b.lane
    GROUP BY b.customer_id
), line AS (
    SELECT CAST(floor((inside - outside) / use) AS BIGINT) AS advantage,
        sum(CASE WHEN is_control THEN 0 ELSE use END) OVER (
            ORDER BY (inside - outside) / use DESC, draw, customer_id ROWS UNBOUNDED PRECEDING) AS used
    FROM sides WHERE inside > outside
)
SELECT coalesce(max(CASE WHEN used > $units THEN advantage END), 0) AS price FROM line
