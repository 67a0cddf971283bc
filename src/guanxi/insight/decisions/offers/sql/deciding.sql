-- A row a customer with everything that offers may name of him (engage.offers.headlines), the lists of his signals and of what
-- he owns, and the counters of the contact policy. NULL where nothing is known; a flag that nobody set is FALSE. What has no column here is added as NULL.
-- Outward contacts of the last 30 days count as pressure (decisioning.md 3.4), whatever they were about; an attempt that reached nobody
-- gives its units back, and still stands in the way of a second one on the same day.

CREATE OR REPLACE TEMP TABLE known AS
WITH touched AS (
    SELECT customer_id, max(day) AS last_contact,
        sum(CASE WHEN reaches AND day > days_after($as_of, -30) THEN CASE channel WHEN 3 THEN 5 WHEN 2 THEN 4
            WHEN 6 THEN 1.5 WHEN 4 THEN 1 WHEN 7 THEN 1 WHEN 5 THEN 0.5 WHEN 9 THEN 0.5 ELSE 0 END ELSE 0 END) AS units_30,
        count(*) FILTER (WHERE reaches AND day > days_after($as_of, -7)) AS touches_7,
        count(*) FILTER (WHERE direction = $outward AND day >= $as_of) AS touches_1,
        count(*) FILTER (WHERE reaches AND channel IN (2, 3) AND day > days_after($as_of, -30)) AS calls_30
    FROM (
        SELECT *, direction = $outward AND coalesce(outcome, 0) <> $no_answer AS reaches FROM conversations WHERE day <= $as_of
    ) v GROUP BY customer_id
), had AS (
    SELECT h.customer_id, p.reference, nullif(p.family, '') AS family
    FROM holdings h JOIN products p ON p.product_id = h.product_id
    WHERE h.status = $open AND (h.closed_on IS NULL OR h.closed_on > $as_of)
), owning AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT name) FILTER (WHERE name IS NOT NULL)) AS owned
    FROM (SELECT customer_id, reference AS name FROM had UNION ALL SELECT customer_id, family FROM had) t
    GROUP BY customer_id
), families AS (
    SELECT customer_id, count(DISTINCT family) AS families FROM had GROUP BY customer_id
), bought_for AS (
    SELECT customer_id, sum(margin) AS margin, sum(gross) AS gross, sum(net) AS net,
        sum(margin) FILTER (WHERE day > days_after($as_of, -365)) AS margin_365,
        sum(gross) FILTER (WHERE day > days_after($as_of, -365)) AS gross_365,
        sum(net) FILTER (WHERE day > days_after($as_of, -365)) AS net_365,
        count(*) FILTER (WHERE is_purchase AND day > days_after($as_of, -365)) AS purchases_365
    FROM days WHERE day > days_after($as_of, -730) AND day <= $as_of GROUP BY customer_id
), noticed AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT word)) AS signals, max(at_stake) AS at_stake
    FROM (
        SELECT customer_id, kind AS word, at_stake FROM alive
        UNION ALL SELECT customer_id, kind || ':' || state, at_stake FROM alive
    ) t GROUP BY customer_id
), closing AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT reason || '|' || offer)) AS closed FROM closed GROUP BY customer_id
), keeping AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT offer)) AS reserved FROM reserved GROUP BY customer_id
), stepping AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT offer)) AS gone_out,
        array_sort(array_agg(DISTINCT step) FILTER (WHERE is_ripe)) AS ripe
    FROM steps GROUP BY customer_id
), sparing AS (
    SELECT customer_id, max(CASE why WHEN 'complaint' THEN 1 ELSE 0 END) AS complains,
        max(CASE why WHEN 'vulnerable' THEN 1 ELSE 0 END) AS vulnerable
    FROM spared GROUP BY customer_id
), consented AS (
    SELECT customer_id, array_sort(array_agg(DISTINCT CAST(purpose AS INTEGER) * 100 + CAST(channel AS INTEGER))) AS allowed,
        array_sort(array_agg(DISTINCT CAST(CAST(channel AS INTEGER) AS VARCHAR) || '|' || partner) FILTER (WHERE partner <> '')) AS partners
    FROM agreed GROUP BY customer_id
)
SELECT c.customer_id, c.code, CASE c.kind WHEN 1 THEN 'person' WHEN 2 THEN 'organisation' END AS kind,
    CASE c.stage WHEN 1 THEN 'prospect' WHEN 2 THEN 'target' WHEN 3 THEN 'customer' WHEN 4 THEN 'lost' WHEN 5 THEN 'regained' END
        AS stage,
    floor(days_between(c.born_on, $as_of) / 365.2425) AS age, least(e.first_day, c.created_on) AS customer_since, t.last_contact,
    coalesce(v.complains, 0) = 1 AS has_open_complaint, coalesce(v.vulnerable, 0) = 1 AS is_vulnerable, a.has_risk_test,
    a.has_stable_income, a.is_educated, a.wishes_wealth_managed, a.risk_level, a.city, a.language, a.deposits, a.distance_km,
    CASE coalesce(e.tier, c.tier) WHEN 1 THEN 'A' WHEN 2 THEN 'B' WHEN 3 THEN 'C' END AS tier,
    CASE c.state WHEN 1 THEN 'active' WHEN 2 THEN 'watch' WHEN 3 THEN 'alarm' WHEN 4 THEN 'lapsed' END AS state,
    -- as record.standing.rules.service_model_of says it
    CASE WHEN (c.kind = 2 OR coalesce(e.tier, c.tier) = 1) AND e.potential > 0 THEN 'adviser'
        WHEN coalesce(e.tier, c.tier) IN (1, 2) THEN 'one_stop' ELSE 'technology' END AS service_model, q.need,
    e.value / $minor AS value, e.potential / $minor AS potential, coalesce(w.net_365, 0) / $minor AS spend_365,
    coalesce(w.purchases_365, 0) AS purchases_365, e.last_day AS last_purchase, coalesce(f.families, 0) AS families,
    e.loss_risk, a.is_deal_driven, a.premium_share,
    a.loses_by_more OR coalesce((w.margin < 0 AND f.families >= 3) OR ($gives_back AND w.gross - w.net > 0.4 * w.gross), FALSE) AS no_cross_sell,
    list_contains(coalesce(n.signals, CAST([] AS VARCHAR[])), 'credit_downshift') AS in_credit_review,
    coalesce(n.signals, CAST([] AS VARCHAR[])) AS signals, coalesce(o.owned, CAST([] AS VARCHAR[])) AS owned,
    coalesce(l.nexts, CAST([] AS VARCHAR[])) AS nexts, g.allowed, coalesce(g.partners, CAST([] AS VARCHAR[])) AS partners,
    coalesce(x.closed, CAST([] AS VARCHAR[])) AS closed, coalesce(k.reserved, CAST([] AS VARCHAR[])) AS reserved,
    coalesce(r.gone_out, CAST([] AS VARCHAR[])) AS gone_out, coalesce(r.ripe, CAST([] AS VARCHAR[])) AS ripe,
    coalesce(w.margin_365 / nullif(w.gross_365, 0), 0) AS margin_rate,
    n.at_stake * 12 * greatest(0, coalesce(w.margin_365 / nullif(w.gross_365, 0), 0)) / $minor AS at_stake_year,
    coalesce(t.units_30, 0) AS units_30, coalesce(t.touches_7, 0) AS touches_7, coalesce(t.touches_1, 0) AS touches_1,
    coalesce(t.calls_30, 0) AS calls_30,
    -- P(opting out) at one more contact, by what he heard of us in 30 days [j]
    CASE WHEN coalesce(t.units_30, 0) = 0 THEN 0.002 WHEN t.units_30 <= 4 THEN 0.005 ELSE 0.02 END AS opt_out,
    u.customer_id IS NOT NULL AS is_unprofiled, bucket_of($salt || 'holdout|' || c.code) < $held_out AS is_held_out
FROM asked_of c
LEFT JOIN traits a ON a.customer_id = c.customer_id
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN touched t ON t.customer_id = c.customer_id
LEFT JOIN owning o ON o.customer_id = c.customer_id
LEFT JOIN families f ON f.customer_id = c.customer_id
LEFT JOIN needs q ON q.customer_id = c.customer_id
LEFT JOIN nexts l ON l.customer_id = c.customer_id
LEFT JOIN bought_for w ON w.customer_id = c.customer_id
LEFT JOIN noticed n ON n.customer_id = c.customer_id
LEFT JOIN consented g ON g.customer_id = c.customer_id
LEFT JOIN sparing v ON v.customer_id = c.customer_id
LEFT JOIN closing x ON x.customer_id = c.customer_id
LEFT JOIN keeping k ON k.customer_id = c.customer_id
LEFT JOIN stepping r ON r.customer_id = c.customer_id
LEFT JOIN unprofiled u ON u.customer_id = c.customer_id;
