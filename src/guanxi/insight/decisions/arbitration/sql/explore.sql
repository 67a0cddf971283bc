-- Explorers (whom `valued` regards) take any candidate that is lawful, allowed and sensible, drawn, and costs at most its contact.
-- Only what uses up nothing scarce, or what the decision in its place would have used.

CREATE OR REPLACE TEMP TABLE explored AS
WITH chosen AS (
    SELECT e.customer_id, k.lane, e.code FROM explorers e JOIN picked k ON k.customer_id = e.customer_id
)
SELECT customer_id, one.treatment AS treatment, one.net AS net, one.gain AS gain, one.amount AS amount, one.context AS context
FROM (
    SELECT v.customer_id, max_by(offer_of(v.treatment, v.net, v.gain, v.amount, v.context),
        draw_of(p.salt || p.run || 'any|' || c.code || '|' || CAST(v.treatment AS STRING))) AS one
    FROM valued v
    JOIN chosen c ON c.customer_id = v.customer_id
    JOIN treatments w ON w.treatment = v.treatment
    JOIN lanes l ON l.lane = v.lane
    CROSS JOIN policy p
    WHERE v.why = 0 AND w.is_explored AND v.net > -micro_of(w.cost)
        AND bucket_of(p.salt || 'control|' || w.code || '|' || c.code) >= w.control_below AND (NOT l.is_scarce OR v.lane = c.lane)
    GROUP BY v.customer_id
) t;
