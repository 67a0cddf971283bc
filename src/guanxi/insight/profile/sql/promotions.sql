-- Of whoever bought on promotion at all: whether he buys on nothing else and leaves nothing (SEG-05: at least three purchases of two years
-- tell it [j]), and whether more than four of five of his purchases were on promotion (decisioning.md 4.10).
SELECT d.customer_id,
    count(*) FILTER (WHERE d.is_purchase) >= 3 AND sum(d.margin) <= 0
        AND count(*) FILTER (WHERE d.is_purchase AND p.gross * 2 >= d.gross) >= 0.8 * count(*) FILTER (WHERE d.is_purchase)
        AS is_deal_driven,
    count(*) FILTER (WHERE d.is_purchase AND p.gross * 2 >= d.gross) > 0.8 * count(*) FILTER (WHERE d.is_purchase) AS waits_for_deals
FROM days d
JOIN (SELECT DISTINCT customer_id FROM promoted) w ON w.customer_id = d.customer_id
LEFT JOIN promoted p ON p.customer_id = d.customer_id AND p.day = d.day
WHERE d.day > days_after($as_of, -730) AND d.day <= $as_of AND d.customer_id IN (SELECT customer_id FROM asked)
GROUP BY d.customer_id
