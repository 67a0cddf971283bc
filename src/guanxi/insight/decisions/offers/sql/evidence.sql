-- What came of the trials whose window has ended (or that another way of the same offer took over, so that one answer counts once): who said yes to the offer, or opened a product of it, in the window. Of those who
-- were to be contacted the ones count whom somebody asked: want of time is no refusal. Where the offer names neither product nor
-- family only who is asked can say yes, and controls tell nothing. Counted by the weeks since it began, whole ($weekly), or all alike: the caller weighs
-- them in their order, so that the sums are the same bit for bit however the engine shares its work.

WITH lone AS (
    SELECT customer_id, offer, avenue, place, is_treated, begun_on,
        least(until, coalesce(lead(begun_on) OVER (PARTITION BY customer_id, offer ORDER BY begun_on, avenue), until)) AS until
    FROM trials
), ended AS (
    SELECT t.customer_id, t.offer, t.avenue, t.place, t.is_treated, t.begun_on, t.until,
        CAST(CASE WHEN $weekly THEN floor(days_between(t.begun_on, $on) / 7) ELSE 0 END AS INTEGER) AS weeks, a.product, a.family
    FROM lone t JOIN targets a ON a.offer = t.offer
    WHERE t.until <= $on AND t.until > t.begun_on
), asked AS (
    SELECT DISTINCT e.customer_id, e.offer, e.avenue, e.begun_on
    FROM ended e
    JOIN said s ON s.customer_id = e.customer_id AND s.offer = e.offer AND s.day >= e.begun_on AND s.day < e.until
), took AS (
    SELECT e.customer_id, e.offer, e.avenue, e.begun_on
    FROM ended e
    JOIN holdings h ON h.customer_id = e.customer_id AND h.opened_on >= e.begun_on AND h.opened_on < e.until
    JOIN products p ON p.product_id = h.product_id
    WHERE (e.product <> '' AND p.reference = e.product) OR (e.product = '' AND e.family <> '' AND p.family = e.family)
    UNION
    SELECT e.customer_id, e.offer, e.avenue, e.begun_on
    FROM ended e
    JOIN said s ON s.customer_id = e.customer_id AND s.offer = e.offer AND s.outcome = $accepted
        AND s.day >= e.begun_on AND s.day < e.until
)
SELECT e.offer, e.avenue, e.place, e.weeks,
    count(*) FILTER (WHERE e.is_treated) AS treated,
    count(*) FILTER (WHERE e.is_treated AND y.customer_id IS NOT NULL) AS treated_yes,
    count(*) FILTER (WHERE NOT e.is_treated AND (e.product <> '' OR e.family <> '')) AS control,
    count(*) FILTER (WHERE NOT e.is_treated AND (e.product <> '' OR e.family <> '') AND y.customer_id IS NOT NULL) AS control_yes
FROM ended e
LEFT JOIN asked a ON a.customer_id = e.customer_id AND a.offer = e.offer AND a.avenue = e.avenue AND a.begun_on = e.begun_on
LEFT JOIN took y ON y.customer_id = e.customer_id AND y.offer = e.offer AND y.avenue = e.avenue AND y.begun_on = e.begun_on
WHERE a.customer_id IS NOT NULL OR NOT e.is_treated
GROUP BY e.offer, e.avenue, e.place, e.weeks
ORDER BY e.offer, e.avenue, e.place, e.weeks
