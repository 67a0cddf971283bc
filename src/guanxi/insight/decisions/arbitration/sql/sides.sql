-- What each customer of a part has with a resource and without it, where no other limited one can be had: who has more with it.

INSERT INTO sides
SELECT customer_id, draw, inside - outside AS ahead, use, is_control
FROM (
    SELECT b.customer_id, max(b.draw) AS draw,
        max(CASE WHEN l.use > 0 THEN b.net END) AS inside,
        max_by(l.use, CASE WHEN l.use > 0 THEN place_of(b.net, b.lane) END) AS use,
        max_by(b.is_control, CASE WHEN l.use > 0 THEN place_of(b.net, b.lane) END) AS is_control,
        greatest(coalesce(max(CASE WHEN l.use = 0 THEN b.net END), 0), 0) AS outside
    FROM best_of_part b JOIN lane_of_resource l ON l.lane = b.lane
    GROUP BY b.customer_id
) t WHERE inside > outside;
