-- A row a customer with everything that offers may name of him (engage.offers.headlines; each column comes from a feature of the
-- profile that declares it), the lists of his signals and of what is closed, and the counters of the contact policy. NULL where nothing is
-- known; a flag that nobody set is FALSE. What has no column here is added as NULL.

CREATE OR REPLACE TEMP TABLE known AS
WITH noticed AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT word)) AS signals, max(at_stake) AS at_stake, bool_or(is_leaving) AS is_leaving
    FROM (
        SELECT customer_id, kind AS word, at_stake, kind = 'wants_to_leave' AS is_leaving FROM alive
        UNION ALL SELECT customer_id, kind || ':' || state, at_stake, FALSE FROM alive
    ) t GROUP BY customer_id
), staked AS (
    -- where somebody says that he leaves, all that he brings in a year
    SELECT customer_id, CASE WHEN is_leaving THEN greatest(coalesce(amount, 0), spend_365 * rate) ELSE amount END AS amount
    FROM (
        SELECT n.customer_id, n.is_leaving, n.at_stake * 12 * r.rate / $minor AS amount, r.rate, coalesce(r.spend_365, 0) AS spend_365
        FROM noticed n LEFT JOIN (
            SELECT customer_id, greatest(0, coalesce(margin_365 / nullif(gross_365, 0), 0)) AS rate, spend_365 FROM feature_purchases
        ) r ON r.customer_id = n.customer_id
    ) t
), most AS (
    -- what staying is worth is capped at the 99th percentile of those it is known of, a hundred at least (3.3): one customer does not take a whole list
    SELECT min(amount) AS amount
    FROM (SELECT amount, row_number() OVER (ORDER BY amount) AS place, count(*) OVER () AS of_all FROM staked WHERE amount > 0) ranked
    WHERE of_all >= 100 AND place >= ceil(0.99 * of_all)
), closing AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT reason || '|' || offer)) AS closed FROM closed GROUP BY customer_id
), keeping AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT offer)) AS reserved FROM reserved GROUP BY customer_id
), stepping AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT offer)) AS gone_out,
        array_sort(array_agg(DISTINCT step) FILTER (WHERE is_ripe)) AS ripe
    FROM steps GROUP BY customer_id
), consented AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT CAST(purpose AS INTEGER) * 100 + CAST(channel AS INTEGER))) AS allowed,
        array_sort(array_agg(DISTINCT CAST(CAST(channel AS INTEGER) AS VARCHAR) || '|' || partner) FILTER (WHERE partner <> '')) AS partners
    FROM agreed GROUP BY customer_id
)
SELECT c.customer_id, c.code, w.kind, w.stage, w.age, w.customer_since, t.last_contact,
    coalesce(v.has_open_complaint, FALSE) AS has_open_complaint, coalesce(v.is_vulnerable, FALSE) AS is_vulnerable,
    coalesce(y.has_risk_test, FALSE) AS has_risk_test, coalesce(z.has_stable_income, FALSE) AS has_stable_income,
    coalesce(z.is_educated, FALSE) AS is_educated, coalesce(z.wishes_wealth_managed, FALSE) AS wishes_wealth_managed,
    y.risk_level, w.city, w.language, d.deposits, h.distance_km, s.tier, s.state, s.service_model, q.need, s.value, s.potential,
    coalesce(b.spend_365, 0) AS spend_365, coalesce(b.purchases_365, 0) AS purchases_365, s.last_purchase,
    coalesce(o.families, 0) AS families, s.loss_risk, coalesce(p.is_deal_driven, FALSE) AS is_deal_driven, m.premium_share,
    coalesce(i.no_cross_sell, FALSE) AS no_cross_sell, coalesce(f.in_credit_review, FALSE) AS in_credit_review,
    coalesce(n.signals, CAST([] AS VARCHAR[])) AS signals, coalesce(o.owned, CAST([] AS VARCHAR[])) AS owned,
    coalesce(l.nexts, CAST([] AS VARCHAR[])) AS nexts, g.allowed, coalesce(g.partners, CAST([] AS VARCHAR[])) AS partners,
    coalesce(x.closed, CAST([] AS VARCHAR[])) AS closed, coalesce(k.reserved, CAST([] AS VARCHAR[])) AS reserved,
    coalesce(r.gone_out, CAST([] AS VARCHAR[])) AS gone_out, coalesce(r.ripe, CAST([] AS VARCHAR[])) AS ripe,
    coalesce(b.margin_365 / nullif(b.gross_365, 0), 0) AS margin_rate,
    CASE WHEN j.amount > most.amount THEN most.amount ELSE j.amount END AS at_stake_year, most.amount AS at_stake_most,
    coalesce(t.units_30, 0) AS units_30, coalesce(t.touches_7, 0) AS touches_7, coalesce(t.touches_1, 0) AS touches_1,
    coalesce(t.calls_30, 0) AS calls_30,
    -- P(opting out) at one more contact, by what he heard of us in 30 days (tiring.py)
    CAST(CASE WHEN coalesce(t.units_30, 0) = 0 THEN $rested WHEN t.units_30 <= 4 THEN $touched ELSE $pressed END AS DOUBLE) AS opt_out,
    u.customer_id IS NOT NULL AS is_unprofiled, bucket_of($salt || 'holdout|' || c.code) < $held_out AS is_held_out
FROM asked_of c
LEFT JOIN feature_who w ON w.customer_id = c.customer_id
LEFT JOIN feature_contacts t ON t.customer_id = c.customer_id
LEFT JOIN feature_resting v ON v.customer_id = c.customer_id
LEFT JOIN feature_risk_test y ON y.customer_id = c.customer_id
LEFT JOIN feature_declared z ON z.customer_id = c.customer_id
LEFT JOIN feature_deposits d ON d.customer_id = c.customer_id
LEFT JOIN feature_home h ON h.customer_id = c.customer_id
LEFT JOIN feature_standing s ON s.customer_id = c.customer_id
LEFT JOIN feature_need q ON q.customer_id = c.customer_id
LEFT JOIN feature_purchases b ON b.customer_id = c.customer_id
LEFT JOIN feature_owned o ON o.customer_id = c.customer_id
LEFT JOIN feature_promotions p ON p.customer_id = c.customer_id
LEFT JOIN feature_premium_share m ON m.customer_id = c.customer_id
LEFT JOIN feature_no_cross_sell i ON i.customer_id = c.customer_id
LEFT JOIN feature_credit_review f ON f.customer_id = c.customer_id
LEFT JOIN nexts l ON l.customer_id = c.customer_id
LEFT JOIN noticed n ON n.customer_id = c.customer_id
LEFT JOIN staked j ON j.customer_id = c.customer_id
CROSS JOIN most
LEFT JOIN consented g ON g.customer_id = c.customer_id
LEFT JOIN closing x ON x.customer_id = c.customer_id
LEFT JOIN keeping k ON k.customer_id = c.customer_id
LEFT JOIN stepping r ON r.customer_id = c.customer_id
LEFT JOIN unprofiled u ON u.customer_id = c.customer_id;
