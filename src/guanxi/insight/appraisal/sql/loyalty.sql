-- What the traits of loyalty rest on (decisioning.md 4.4), a row a customer who bought or holds something by $as_of.
-- A cycle is the customer's own mean gap, at least a month. Of the last twelve cycles those are missed in which a purchase
-- was expected and none came: whole gaps of several cycles, and the time since the last purchase. A family is held through
-- a holding in force, or a purchase in the last 365 days. The edition knows the first and the last purchase of a
-- product alone: for an earlier day ($ever) whatever was ever bought by then counts, so that nothing later is looked at. Relevant are the families that one in a hundred of the segment's holders has.

WITH gaps AS (
    SELECT customer_id, day, days_between(lag(day) OVER (PARTITION BY customer_id ORDER BY day), day) AS gap
    FROM days
    WHERE is_purchase AND day <= $as_of
), rhythm AS (
    SELECT customer_id, count(*) AS purchases, min(day) AS first_day, max(day) AS last_day, count(gap) AS gaps,
        CAST(coalesce(sum(gap), 0) AS BIGINT) AS total, CAST(coalesce(sum(gap * gap), 0) AS BIGINT) AS squares,
        count(*) FILTER (WHERE day > days_after($as_of, -365)) AS year_purchases,
        greatest($month, coalesce(sum(gap), 0) / greatest(count(gap), 1)) AS cycle
    FROM gaps
    GROUP BY customer_id
), missed AS (
    SELECT g.customer_id,
        sum(greatest(round(least(g.gap, $cycles * r.cycle - days_between(g.day, $as_of)) / r.cycle) - 1, 0)) AS missed
    FROM gaps g JOIN rhythm r ON r.customer_id = g.customer_id
    WHERE g.gap >= 1.5 * $month -- no cycle is shorter: most gaps are spared the join
        AND g.gap >= 1.5 * r.cycle AND days_between(g.day, $as_of) < $cycles * r.cycle
    GROUP BY g.customer_id
), families AS (
    SELECT DISTINCT x.customer_id, p.family
    FROM (
        SELECT customer_id, product_id FROM bought
        WHERE first_day <= $as_of AND ($ever OR last_day > days_after($as_of, -365))
        UNION ALL
        SELECT customer_id, product_id FROM holdings
        WHERE (status = $open OR closed_on > $as_of) AND coalesce(opened_on, $as_of) <= $as_of
            AND (closed_on IS NULL OR closed_on > $as_of)
    ) x JOIN products p ON p.product_id = x.product_id
    WHERE p.family <> ''
), held AS (
    SELECT customer_id, count(*) AS families FROM families GROUP BY customer_id
), holders AS (
    SELECT c.segment, count(*) AS holders FROM held h JOIN customers c ON c.customer_id = h.customer_id GROUP BY c.segment
), relevant AS (
    SELECT k.segment, count(*) AS families
    FROM (
        SELECT c.segment, f.family, count(*) AS holders
        FROM families f JOIN customers c ON c.customer_id = f.customer_id
        GROUP BY c.segment, f.family
    ) k JOIN holders h ON h.segment = k.segment
    WHERE 100 * k.holders >= h.holders
    GROUP BY k.segment
), referred AS (
    SELECT referrer_id AS customer_id, count(*) AS referrals
    FROM referrals
    WHERE told_on <= $as_of AND told_on > days_after($as_of, -730)
    GROUP BY referrer_id
), surveyed AS (
    -- the last that he told within two years; of two on one day (two records that became one) always the same
    SELECT customer_id, value, quality, satisfaction, recommend, rank, among
    FROM (
        SELECT *, row_number() OVER (
            PARTITION BY customer_id
            ORDER BY asked_on DESC, coalesce(satisfaction, -1), coalesce(value, -1), coalesce(quality, -1), coalesce(recommend, -1),
                coalesce(rank, -1), coalesce(among, -1)
        ) AS place
        FROM surveys WHERE asked_on <= $as_of AND asked_on > days_after($as_of, -$told_days)
            AND coalesce(value, quality, satisfaction, recommend, rank) IS NOT NULL -- who did not answer says nothing else than before
    ) s WHERE place = 1
)
SELECT c.customer_id, coalesce(r.purchases, 0) AS purchases, coalesce(r.year_purchases, 0) AS year_purchases,
    days_between(r.first_day, $as_of) AS age_days, days_between(r.last_day, $as_of) AS recency_days, r.cycle,
    coalesce(r.gaps, 0) AS gaps, coalesce(r.total, 0) AS total, coalesce(r.squares, 0) AS squares,
    coalesce(m.missed, 0) AS missed, h.families, v.families AS relevant, w.referrals,
    s.value, s.quality, s.satisfaction, s.recommend, s.rank, s.among
FROM customers c
LEFT JOIN rhythm r ON r.customer_id = c.customer_id
LEFT JOIN missed m ON m.customer_id = c.customer_id
LEFT JOIN held h ON h.customer_id = c.customer_id
LEFT JOIN relevant v ON v.segment = c.segment
LEFT JOIN referred w ON w.customer_id = c.customer_id
LEFT JOIN surveyed s ON s.customer_id = c.customer_id
WHERE r.customer_id IS NOT NULL OR h.customer_id IS NOT NULL OR w.customer_id IS NOT NULL OR s.customer_id IS NOT NULL
ORDER BY c.customer_id
