-- What the customers of a part would take at the prices, and what is left to them then. Who is a control does not press on the prices.

INSERT INTO demanded
SELECT lane, count(*) AS customers, CAST(sum(score) AS BIGINT) AS worth
FROM (
    SELECT b.customer_id, max(b.net - l.price) AS score, max_by(b.lane, place_of(b.net - l.price, b.lane)) AS lane
    FROM best_of_part b JOIN lanes l ON l.lane = b.lane
    WHERE NOT b.is_control
    GROUP BY b.customer_id
) t
WHERE score > 0
GROUP BY lane;
