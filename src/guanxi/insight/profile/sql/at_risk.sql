-- Everybody who could be lost after $cut: what was known of him that day, and whether he was lost by $until.
-- Under contract: lost when no holding is in force, or has ended less than 60 days before. In trade: lost when he has not
-- bought for longer than his patience of $cut (appraisal/sql/patience.sql, decisioning 4.6, 4.13).

WITH lately AS (
    SELECT customer_id,
        count(*) FILTER (WHERE is_purchase AND day > days_after($cut, -365)) AS year_purchases,
        count(*) FILTER (WHERE is_purchase AND day > days_after($cut, -90)) AS quarter_purchases,
        CAST(sum(net) FILTER (WHERE day > days_after($cut, -365)) AS DOUBLE) AS year_net,
        count(*) FILTER (WHERE net < gross AND day > days_after($cut, -365)) AS refund_days
    FROM days WHERE day <= $cut GROUP BY customer_id
),
trade AS (
    SELECT p.customer_id, p.purchases, p.first_day, p.last_day, p.own_gap, p.patience, l.year_purchases, l.quarter_purchases, l.year_net, l.refund_days
    FROM patience p JOIN lately l ON l.customer_id = p.customer_id
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
    t.purchases, t.year_purchases, t.quarter_purchases, t.year_net, t.refund_days, CASE WHEN t.purchases >= 5 THEN t.own_gap END AS usual_gap,
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
WHERE c.customer_id IN (SELECT customer_id FROM asked)
    AND (coalesce(h.in_force, 0) > 0 OR (t.last_day IS NOT NULL AND days_between(t.last_day, $cut) < t.patience))
