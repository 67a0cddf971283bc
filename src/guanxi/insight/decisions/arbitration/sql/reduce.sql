-- Of each customer the best of each lane, by max with its argument: no sort, and nothing is kept of all the other pairs.
-- Treatments of a lane use up the same resources, so whatever the prices are, the best of the lane stays the best.

CREATE OR REPLACE TEMP TABLE best AS
SELECT t.customer_id, t.lane, t.one.treatment AS treatment, t.one.net AS net, t.one.gain AS gain, t.one.amount AS amount,
    t.one.context AS context, draw_of(p.salt || p.run || 'tie|' || d.code) AS draw,
    bucket_of(p.salt || 'control|' || w.code || '|' || d.code) < w.control_below AS is_control
FROM (
    SELECT customer_id, lane, max_by(offer_of(treatment, net, gain, amount, context), place_of(net, treatment)) AS one
    FROM valued
    WHERE why = 0 AND is_sure AND net > 0
    GROUP BY customer_id, lane
) t
JOIN deciding d ON d.customer_id = t.customer_id
JOIN treatments w ON w.treatment = t.one.treatment
CROSS JOIN policy p;

CREATE OR REPLACE TEMP TABLE banned (customer_id BIGINT, resource VARCHAR);
