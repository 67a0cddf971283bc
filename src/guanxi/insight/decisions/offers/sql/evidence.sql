-- What came of the trials whose window has ended (or that another way of the same offer took over, so that one answer counts once).
-- `treated`: of those who were to be contacted whom somebody asked (want of time is no refusal), and who of them accepted or took it.
-- `assigned` and `control`: the arms whole, as they were drawn, and who of them took it: opened it, or bought it for the first time,
-- which is seen of both alike. Where the offer names neither product nor family, or nobody at all is seen to take such a thing in the
-- time that trials are remembered, the arms tell nothing; nor do they where somebody was asked in a contact ($in_contact): nobody drew
-- him. Counted by the weeks since it began, whole ($weekly), or all alike: the
-- caller weighs them in their order, so that the sums are the same bit for bit however the engine shares its work.

WITH lone AS (
    SELECT customer_id, offer, avenue, place, is_treated, begun_on,
        least(until, coalesce(lead(begun_on) OVER (PARTITION BY customer_id, offer ORDER BY begun_on, avenue), until)) AS until
    FROM trials
), taken AS (
    SELECT h.customer_id, p.reference, p.family, h.day
    FROM (
        SELECT customer_id, product_id, opened_on AS day FROM holdings
        UNION ALL
        SELECT customer_id, product_id, first_day FROM bought
    ) h
    JOIN products p ON p.product_id = h.product_id
    WHERE h.day > days_after($on, -$remembered) AND h.day <= $on
), about AS (
    SELECT a.offer, a.product, a.family,
        (a.product <> '' AND r.reference IS NOT NULL) OR (a.product = '' AND a.family <> '' AND f.family IS NOT NULL) AS is_seen
    FROM targets a
    LEFT JOIN (SELECT DISTINCT reference FROM taken) r ON r.reference = a.product
    LEFT JOIN (SELECT DISTINCT family FROM taken) f ON f.family = a.family
), ended AS (
    SELECT t.customer_id, t.offer, t.avenue, t.place, t.is_treated, t.begun_on, t.until,
        CAST(CASE WHEN $weekly THEN floor(days_between(t.begun_on, $on) / 7) ELSE 0 END AS INTEGER) AS weeks, a.product, a.family, a.is_seen
    FROM lone t JOIN about a ON a.offer = t.offer
    WHERE t.until <= $on AND t.until > t.begun_on
), asked AS (
    SELECT e.customer_id, e.offer, e.avenue, e.begun_on, max(CASE WHEN s.outcome = $accepted THEN 1 ELSE 0 END) AS accepted
    FROM ended e
    JOIN said s ON s.customer_id = e.customer_id AND s.offer = e.offer AND s.day >= e.begun_on AND s.day < e.until
    GROUP BY e.customer_id, e.offer, e.avenue, e.begun_on
), took AS (
    SELECT DISTINCT e.customer_id, e.offer, e.avenue, e.begun_on
    FROM ended e
    JOIN taken h ON h.customer_id = e.customer_id AND h.day >= e.begun_on AND h.day < e.until
    WHERE (e.product <> '' AND h.reference = e.product) OR (e.product = '' AND e.family <> '' AND h.family = e.family)
)
SELECT e.offer, e.avenue, e.place, e.weeks,
    count(*) FILTER (WHERE e.is_treated AND a.customer_id IS NOT NULL) AS treated,
    count(*) FILTER (WHERE e.is_treated AND a.customer_id IS NOT NULL AND (a.accepted = 1 OR y.customer_id IS NOT NULL)) AS treated_yes,
    count(*) FILTER (WHERE NOT e.is_treated AND e.is_seen) AS control,
    count(*) FILTER (WHERE NOT e.is_treated AND e.is_seen AND y.customer_id IS NOT NULL) AS control_yes,
    count(*) FILTER (WHERE e.is_treated AND e.is_seen AND e.avenue <> $in_contact) AS assigned,
    count(*) FILTER (WHERE e.is_treated AND e.is_seen AND e.avenue <> $in_contact AND y.customer_id IS NOT NULL) AS assigned_yes
FROM ended e
LEFT JOIN asked a ON a.customer_id = e.customer_id AND a.offer = e.offer AND a.avenue = e.avenue AND a.begun_on = e.begun_on
LEFT JOIN took y ON y.customer_id = e.customer_id AND y.offer = e.offer AND y.avenue = e.avenue AND y.begun_on = e.begun_on
GROUP BY e.offer, e.avenue, e.place, e.weeks
ORDER BY e.offer, e.avenue, e.place, e.weeks
