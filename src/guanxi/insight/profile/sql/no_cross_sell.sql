-- With whom more products would mean more loss (decisioning.md 4.10, XUP-03): three families and a loss, far more given back than
-- usual ($gives_back: where what is paid out is no claim), nearly all on promotion, far more calls for service than peers, or less
-- bought in all as families became more.
WITH asking AS (
    SELECT v.customer_id, coalesce(c.tier, 0) AS tier, count(*) AS contacts
    FROM conversations v JOIN customers c ON c.customer_id = v.customer_id
    WHERE v.direction = $inward AND v.day > days_after($as_of, -730) AND v.day <= $as_of GROUP BY v.customer_id, coalesce(c.tier, 0)
), peers AS (
    -- of those who ask for service at all; up to two times in two years is nothing to multiply [j]
    SELECT tier, greatest(2, median_of(array_agg(contacts))) AS contacts FROM asking GROUP BY tier
), widening AS (
    SELECT h.customer_id, count(DISTINCT p.family) AS families,
        count(DISTINCT CASE WHEN h.opened_on <= days_after($as_of, -365) THEN p.family END) AS before
    FROM holdings h JOIN products p ON p.product_id = h.product_id
    WHERE h.status = $open AND (h.closed_on IS NULL OR h.closed_on > $as_of) AND p.family <> '' GROUP BY h.customer_id
), thinning AS (
    -- three families or more, more than a year ago, and less bought in all than in the year before: not the same sum shared out
    SELECT w.customer_id
    FROM widening w JOIN days d ON d.customer_id = w.customer_id
    WHERE w.families >= 3 AND w.families > w.before AND w.before > 0 AND d.day > days_after($as_of, -730) AND d.day <= $as_of
    GROUP BY w.customer_id
    HAVING sum(CASE WHEN d.day > days_after($as_of, -365) THEN d.net ELSE 0 END)
        < sum(CASE WHEN d.day > days_after($as_of, -365) THEN 0 ELSE d.net END)
)
SELECT a.customer_id, coalesce(x.waits_for_deals, FALSE) OR coalesce(k.contacts > 3 * e.contacts, FALSE) OR g.customer_id IS NOT NULL
    OR coalesce((b.margin_730 < 0 AND o.families >= 3) OR ($gives_back AND b.gross_730 - b.net_730 > 0.4 * b.gross_730), FALSE)
    AS no_cross_sell
FROM asked a
LEFT JOIN feature_promotions x ON x.customer_id = a.customer_id
LEFT JOIN feature_purchases b ON b.customer_id = a.customer_id
LEFT JOIN feature_owned o ON o.customer_id = a.customer_id
LEFT JOIN asking k ON k.customer_id = a.customer_id
LEFT JOIN peers e ON e.tier = k.tier
LEFT JOIN thinning g ON g.customer_id = a.customer_id
