-- When a customer was last spoken with at all ($as_of: the last day that is known), when he was last reached, and the counters of the
-- contact policy as they stand on $at (decisioning.md 3.4): outward contacts of 30 days weigh by their channel, whatever they were
-- about; an attempt that reached nobody gives its units back, and still stands in the way of a second one on the same day.
SELECT customer_id, max(day) AS last_contact, max(CASE WHEN direction <> $outward OR reaches THEN day END) AS last_reached,
    sum(CASE WHEN reaches AND day > days_after($at, -30) THEN CASE channel WHEN 3 THEN 5 WHEN 2 THEN 4
        WHEN 6 THEN 1.5 WHEN 4 THEN 1 WHEN 7 THEN 1 WHEN 5 THEN 0.5 WHEN 9 THEN 0.5 ELSE 0 END ELSE 0 END) AS units_30,
    count(*) FILTER (WHERE reaches AND day > days_after($at, -7)) AS touches_7,
    count(*) FILTER (WHERE direction = $outward AND day >= $at) AS touches_1,
    count(*) FILTER (WHERE reaches AND channel IN (2, 3) AND day > days_after($at, -30)) AS calls_30
FROM (
    SELECT customer_id, day, channel, direction, direction = $outward AND coalesce(outcome, 0) <> $no_answer AS reaches
    FROM conversations WHERE day <= $as_of
) spoken
WHERE customer_id IN (SELECT customer_id FROM asked)
GROUP BY customer_id
