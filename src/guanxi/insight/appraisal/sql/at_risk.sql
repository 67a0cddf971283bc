-- Everybody who could be lost after $cut: what was known of him that day, and whether he was lost by $until.
-- Under contract: lost when no holding is in force, or has ended less than 60 days before. In trade: lost when he has not
-- bought for max(180 days, 6 x his usual gap); with fewer than 4 gaps the gap of his segment counts (decisioning 4.6, 4.13).

WITH bought_by AS (
    SELECT customer_id,
        count(*) FILTER (WHERE is_purchase) AS purchases,
        min(day) FILTER (WHERE is_purchase) AS first_day,
        max(day) FILTER (WHERE is_purchase) AS last_day,
        count(*) FILTER (WHERE is_purchase AND day > days_after($cut, -365)) AS year_purchases,
        count(*) FILTER (WHERE is_purchase AND day > days_after($cut, -90)) AS quarter_purchases,
        CAST(sum(net) FILTER (WHERE day > days_after($cut, -365)) AS DOUBLE) AS year_net,
        count(*) FILTER (WHERE net < gross AND day > days_after($cut, -365)) AS refund_days
    FROM days WHERE day <= $cut GROUP BY customer_id
),
rhythm AS (
    SELECT b.*, c.segment,
        CASE WHEN purchases >= 5 THEN days_between(first_day, last_day) / CAST(purchases - 1 AS DOUBLE) END AS own_gap
    FROM bought_by b JOIN customers c ON c.customer_id = b.customer_id
),
usual AS (SELECT segment, avg(own_gap) AS segment_gap FROM rhythm GROUP BY segment),
trade AS (
    SELECT r.customer_id, r.purchases, r.first_day, r.last_day, r.year_purchases, r.quarter_purchases, r.year_net,
        r.refund_days, r.own_gap,
        greatest(180.0, 6 * coalesce(r.own_gap, u.segment_gap, 0)) AS patience
    FROM rhythm r JOIN usual u ON u.segment = r.segment
),
held AS (
    SELECT customer_id, min(opened_on) AS first_opened,
        count(*) FILTER (WHERE closed_on IS NULL OR closed_on > $cut) AS in_force,
        count(*) FILTER (WHERE closed_on <= $cut AND closed_on > days_after($cut, -365)) AS ended
    FROM holdings WHERE opened_on <= $cut AND status <> 3 GROUP BY customer_id
),
still_held AS (
    SELECT DISTINCT customer_id FROM holdings
    WHERE opened_on <= $until AND status <> 3 AND (closed_on IS NULL OR closed_on > days_after($until, -60))
),
came_back AS (SELECT DISTINCT customer_id FROM days WHERE is_purchase AND day > $cut AND day <= $until),
talked AS (
    SELECT customer_id, count(*) FILTER (WHERE day > days_after($cut, -90)) AS contacts, max(day) AS last_contact
    FROM conversations WHERE day <= $cut GROUP BY customer_id
)
SELECT c.customer_id, c.segment,
    coalesce(h.in_force, 0) > 0 AS under_contract,
    days_between(least(t.first_day, h.first_opened), $cut) AS days_known,
    days_between(t.last_day, $cut) AS days_since_purchase,
    t.purchases, t.year_purchases, t.quarter_purchases, t.year_net, t.refund_days, t.own_gap AS usual_gap,
    h.in_force AS holdings, h.ended AS holdings_ended,
    coalesce(k.contacts, 0) AS contacts, days_between(k.last_contact, $cut) AS days_since_contact,
    CASE WHEN coalesce(h.in_force, 0) > 0 THEN s.customer_id IS NULL
        ELSE b.customer_id IS NULL AND days_between(t.last_day, $until) >= t.patience END AS lost
FROM customers c
LEFT JOIN trade t ON t.customer_id = c.customer_id
LEFT JOIN held h ON h.customer_id = c.customer_id
LEFT JOIN still_held s ON s.customer_id = c.customer_id
LEFT JOIN came_back b ON b.customer_id = c.customer_id
LEFT JOIN talked k ON k.customer_id = c.customer_id
WHERE coalesce(h.in_force, 0) > 0 OR (t.last_day IS NOT NULL AND days_between(t.last_day, $cut) < t.patience)
ORDER BY c.customer_id
