-- The best lane of each customer of a part at the prices, resources that ran out for him left aside. At a tie what is scarce is used.

INSERT INTO picked
WITH open_lanes AS (
    SELECT b.*, l.price, b.net - l.price AS score, l.is_scarce
    FROM best_of_part b
    JOIN lanes l ON l.lane = b.lane
    LEFT JOIN (SELECT DISTINCT n.customer_id, u.lane FROM banned n JOIN uses u ON u.resource = n.resource) x
        ON x.customer_id = b.customer_id AND x.lane = b.lane
    WHERE x.customer_id IS NULL AND b.net >= l.price
)
SELECT customer_id, lane, treatment, net, gain, amount, context, draw, is_control, price, score
FROM (
    SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY score DESC, is_scarce DESC, lane) AS place FROM open_lanes
) t
WHERE place = 1;
