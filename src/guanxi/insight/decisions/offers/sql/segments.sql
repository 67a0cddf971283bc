-- Who gets something under one policy and not under the other, and what that is worth, by segment. `own` and `other` hold a row a
-- customer who would be contacted: customer_id, offer, channel, plain (millionths of ¥ without levers and weights; whole, so that
-- sums are the same in any order). `genders`: customer_id, gender of who told it: it is no feature and decides nothing, but whom decisions
-- reach is shown by it as by age (decisioning.md 3.6).

WITH compared AS (
    SELECT coalesce(k.tier, '') AS tier, coalesce(k.state, '') AS state, coalesce(k.kind, '') AS kind,
        CASE WHEN k.age IS NULL THEN '' WHEN k.age < 30 THEN '29' WHEN k.age < 45 THEN '44' WHEN k.age < 60 THEN '59' ELSE '60' END AS age,
        CAST(coalesce(g.gender, 0) AS VARCHAR) AS gender, a.customer_id IS NOT NULL AS is_own, b.customer_id IS NOT NULL AS is_other,
        coalesce(a.offer <> b.offer OR a.channel <> b.channel, FALSE) AS is_moved, coalesce(a.plain, 0) AS own, coalesce(b.plain, 0) AS other
    FROM known k
    LEFT JOIN own a ON a.customer_id = k.customer_id
    LEFT JOIN other b ON b.customer_id = k.customer_id
    LEFT JOIN genders g ON g.customer_id = k.customer_id
), segmented AS (
    SELECT 'tier_state' AS axis, tier || '|' || state AS name, is_own, is_other, is_moved, own, other FROM compared
    UNION ALL SELECT 'age' AS axis, age AS name, is_own, is_other, is_moved, own, other FROM compared
    UNION ALL SELECT 'gender' AS axis, gender AS name, is_own, is_other, is_moved, own, other FROM compared WHERE kind <> 'organisation'
    UNION ALL SELECT 'kind' AS axis, kind AS name, is_own, is_other, is_moved, own, other FROM compared
)
SELECT axis, name, count(*) AS customers, count(*) FILTER (WHERE is_own) AS own, count(*) FILTER (WHERE is_other) AS other,
    count(*) FILTER (WHERE is_other AND NOT is_own) AS winners, count(*) FILTER (WHERE is_own AND NOT is_other) AS losers,
    count(*) FILTER (WHERE is_moved) AS moved,
    CAST(sum(CASE WHEN is_own THEN 0 ELSE other END) AS DOUBLE) / 1000000 AS gained,
    CAST(sum(CASE WHEN is_other THEN 0 ELSE own END) AS DOUBLE) / 1000000 AS lost,
    CAST(sum(CASE WHEN is_own AND is_other THEN other - own ELSE 0 END) AS DOUBLE) / 1000000 AS shifted
FROM segmented
GROUP BY axis, name
ORDER BY axis, name
