-- Of each customer the best of each lane, by max with its argument: no sort, and nothing is kept of all the other pairs.
-- Treatments of a lane use up the same resources, so whatever the prices are, the best of the lane stays the best.

INSERT INTO best
SELECT t.customer_id, t.lane, t.one.treatment AS treatment, t.one.net AS net, t.one.gain AS gain, t.one.amount AS amount,
    t.one.context AS context, draw_of(p.salt || p.run || 'tie|' || d.code) AS draw,
    bucket_of(p.salt || 'control|' || w.code || '|' || d.code) < w.control_below AS is_control
FROM (
    SELECT customer_id, lane, max_by(offer_of(treatment, net, gain, amount, context), place_of(net, treatment)) AS one
    FROM valued
    WHERE why = 0 AND is_sure AND net > 0
    GROUP BY customer_id, lane
) t
JOIN gated d ON d.customer_id = t.customer_id
JOIN treatments w ON w.treatment = t.one.treatment
CROSS JOIN policy p;

-- Why not, before anybody is looked at by name: how many customers each offer was not for, and what became of each way of those
-- it was for. Who was worth contacting by a way is counted as -3 here, whether he got it or not (counts.sql parts them).
INSERT INTO weighed
SELECT CAST(offer AS INTEGER) AS offer, -1 AS treatment, CAST(why AS INTEGER) AS why, count(*) AS customers
FROM offered WHERE why <> 0 GROUP BY offer, why
UNION ALL
SELECT CAST(offer AS INTEGER), CAST(treatment AS INTEGER),
    CAST(CASE WHEN why <> 0 THEN why WHEN NOT is_sure THEN -2 WHEN net <= 0 THEN -1 ELSE -3 END AS INTEGER), count(*)
FROM valued GROUP BY 1, 2, 3;
