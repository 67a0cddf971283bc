-- The same on a way that he has just refused: what weighs on the offer whatever the way, and what weighs on this one.
WITH general AS (
    SELECT customer_id, offer, sum(adds) AS adds
    FROM (
        SELECT DISTINCT a.customer_id, w.weight, w.offer, w.adds
        FROM alive a JOIN weights w ON w.signal = a.kind AND w.state IN ('', a.state)
        WHERE a.kind <> $refused AND a.customer_id IN (SELECT customer_id FROM alive WHERE kind = $refused)
    ) t
    GROUP BY customer_id, offer
), refused AS (
    SELECT customer_id, offer, channel, sum(adds) AS adds
    FROM (
        SELECT DISTINCT a.customer_id, w.weight, w.offer, v.channel, w.adds
        FROM alive a
        JOIN weights w ON w.signal = a.kind AND w.state IN ('', a.state)
        JOIN avenues v ON v.offer = w.offer AND v.way = a.state
        WHERE a.kind = $refused
    ) t
    GROUP BY customer_id, offer, channel
)
SELECT r.customer_id, r.offer, r.channel, CAST(least($most, greatest($least, r.adds + coalesce(g.adds, 0))) AS DOUBLE) / $hundredths AS context
FROM refused r LEFT JOIN general g ON g.customer_id = r.customer_id AND g.offer = r.offer
ORDER BY r.customer_id, r.offer, r.channel
