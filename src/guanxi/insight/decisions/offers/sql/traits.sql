-- What offers may ask of a customer that goes by more than his sums: `cities`, `homes`, `spoken`, `tested` and `declared` are what he told, deposits
-- the last known balances of what he holds (told.py has the twin of these for one who is here now); and how he buys.

CREATE OR REPLACE TEMP TABLE traits AS
WITH deposited AS (
    SELECT customer_id, sum(amount) AS amount
    FROM (
        SELECT b.customer_id, b.holding_id, max_by(b.amount, b.day) AS amount
        FROM balances b
        JOIN holdings h ON h.holding_id = b.holding_id
        JOIN products p ON p.product_id = h.product_id
        WHERE b.day <= $as_of AND h.status = $open AND (h.closed_on IS NULL OR h.closed_on > $as_of) AND is_deposit(p.family, p.reference)
        GROUP BY b.customer_id, b.holding_id
    ) t GROUP BY customer_id
), discounted AS (
    -- purchases of two years of whoever bought on promotion at all, how many of them were, and what they left
    SELECT d.customer_id, count(*) FILTER (WHERE d.is_purchase) AS purchases, sum(d.margin) AS margin,
        count(*) FILTER (WHERE d.is_purchase AND p.gross * 2 >= d.gross) AS promoted
    FROM days d
    JOIN (SELECT DISTINCT customer_id FROM promoted) w ON w.customer_id = d.customer_id
    LEFT JOIN promoted p ON p.customer_id = d.customer_id AND p.day = d.day
    WHERE d.day > days_after($as_of, -730) AND d.day <= $as_of GROUP BY d.customer_id
), preferring AS (
    SELECT customer_id, CAST(count(*) FILTER (WHERE is_premium) AS DOUBLE) / count(*) AS share
    FROM graded WHERE day > days_after($as_of, -730) AND day <= $as_of GROUP BY customer_id
), asking AS (
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
SELECT c.customer_id, t.name AS city, s.language, d.amount / $minor AS deposits, h.distance_km,
    r.customer_id IS NOT NULL AS has_risk_test, r.risk_level, q.share AS premium_share,
    coalesce(w.stable_income, FALSE) AS has_stable_income, coalesce(w.educated, FALSE) AS is_educated,
    coalesce(w.wealth_wish, FALSE) AS wishes_wealth_managed,
    -- on promotion only, and nothing left by it (SEG-05); at least three purchases tell it [j]
    coalesce(o.purchases >= 3 AND o.promoted >= 0.8 * o.purchases AND o.margin <= 0, FALSE) AS is_deal_driven,
    -- three of the signs that more products would mean more loss (decisioning.md 4.10); the other two are in deciding.sql
    coalesce(o.promoted > 0.8 * o.purchases, FALSE) OR coalesce(k.contacts > 3 * e.contacts, FALSE) OR g.customer_id IS NOT NULL
        AS loses_by_more
FROM customers c
LEFT JOIN cities t ON t.city_id = c.city_id
LEFT JOIN spoken s ON s.customer_id = c.customer_id
LEFT JOIN homes h ON h.customer_id = c.customer_id
LEFT JOIN tested r ON r.customer_id = c.customer_id
LEFT JOIN declared w ON w.customer_id = c.customer_id
LEFT JOIN deposited d ON d.customer_id = c.customer_id
LEFT JOIN discounted o ON o.customer_id = c.customer_id
LEFT JOIN preferring q ON q.customer_id = c.customer_id
LEFT JOIN asking k ON k.customer_id = c.customer_id
LEFT JOIN peers e ON e.tier = k.tier
LEFT JOIN thinning g ON g.customer_id = c.customer_id;
