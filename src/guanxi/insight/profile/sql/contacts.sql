-- When a customer was last spoken with at all ($as_of: the last day that is known), when he was last reached, and the counters of the
-- contact policy as they stand on $at (decisioning.md 3.4): what went out to him in 30 days weighs by its way, whatever it was about.
-- The ledger is what was noted as contacts, and work that was answered without one (`worked`): all that was answered of one talk is
-- that talk, and a letter among the contacts that took leaflets along is these leaflets. An attempt that reached nobody gives its
-- units back, and still stands in the way of a second one on the same day.
WITH noted AS (
    SELECT v.customer_id, v.day, v.channel, v.direction, v.direction = $outward AND coalesce(v.outcome, 0) <> $no_answer AS reaches
    FROM conversations v
    WHERE v.day <= $as_of AND v.customer_id IN (SELECT customer_id FROM asked)
), by_day AS (
    SELECT customer_id, day, max(CASE WHEN channel = 6 AND direction = $outward THEN 1 ELSE 0 END) AS is_letter,
        max(CASE WHEN channel = 6 THEN 0 ELSE 1 END) AS is_talk
    FROM noted GROUP BY customer_id, day
), done AS (
    SELECT customer_id, day, way, count(*) AS times
    FROM worked w WHERE w.day <= $as_of AND w.customer_id IN (SELECT customer_id FROM asked)
    GROUP BY customer_id, day, way
), touched AS (
    SELECT n.customer_id, n.day, n.channel, n.direction, n.reaches, 0 AS leaflets
    FROM noted n
    LEFT JOIN (SELECT DISTINCT customer_id, day FROM done WHERE way = 7) l
        ON l.customer_id = n.customer_id AND l.day = n.day AND n.channel = 6 AND n.direction = $outward
    WHERE l.customer_id IS NULL
    UNION ALL
    SELECT d.customer_id, d.day, CASE d.way WHEN 1 THEN 3 WHEN 2 THEN 2 WHEN 4 THEN 4 WHEN 5 THEN 9 WHEN 6 THEN 5 ELSE 6 END, $outward,
        TRUE, CASE WHEN d.way = 7 THEN d.times ELSE 0 END
    FROM done d
    LEFT JOIN by_day b ON b.customer_id = d.customer_id AND b.day = d.day
    WHERE d.way = 7 OR coalesce(CASE d.way WHEN 3 THEN b.is_letter ELSE b.is_talk END, 0) = 0
)
SELECT customer_id, max(day) AS last_contact, max(CASE WHEN direction <> $outward OR reaches THEN day END) AS last_reached,
    sum(CASE WHEN NOT reaches OR day <= days_after($at, -30) THEN 0 WHEN leaflets > 0 THEN 0.25 * leaflets ELSE pressure_of(channel) END) AS units_30,
    count(*) FILTER (WHERE reaches AND day > days_after($at, -7)) AS touches_7,
    count(*) FILTER (WHERE direction = $outward AND day >= $at) AS touches_1,
    count(*) FILTER (WHERE reaches AND channel IN (2, 3) AND day > days_after($at, -30)) AS calls_30
FROM touched
GROUP BY customer_id
