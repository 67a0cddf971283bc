-- What each pair that passed its gates is worth on each of its ways, in millionths of ¥ (decisioning.md 3.3, step 1).
-- A negative gain is never multiplied. why_of_channel stands for the column of the treatment's channel (offering.py).

SELECT customer_id, offer, treatment, lane, is_sure, why, gain, amount, context,
    micro_of(CASE WHEN gain > 0 THEN gain * (1 + context) * (1 + lever) ELSE gain END - charges) AS net
FROM (
    SELECT o.customer_id, w.offer, w.treatment, CASE WHEN o.is_reserved THEN w.lane_reserved ELSE w.lane END AS lane,
        w.is_sure, w.lever, o.amount, coalesce(y.context, c.context, 0) AS context,
        w.tau * o.amount AS gain, w.cost + w.risk + o.opt_out * p.permission_value AS charges, why_of_channel AS why
    FROM offered o
    JOIN ways w ON w.offer = o.offer AND w.cell = o.cell
    LEFT JOIN contexts c ON c.customer_id = o.customer_id AND c.offer = o.offer
    LEFT JOIN way_contexts y ON y.customer_id = o.customer_id AND y.offer = o.offer AND y.channel = w.channel
    CROSS JOIN policy p
    WHERE o.why = 0
) t
