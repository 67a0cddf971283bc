-- What came of offering more (XUP-03): of customers (bought in the 365 days before) who were drawn to be offered a family that they had
-- not bought, or to be kept from that offer, by team and number of families bought before: how many, and how many bought nothing in
-- $days days after the offer's window, so that taking the offer is not itself a sign of staying. Everybody stays on the side of his
-- first draw. further: offers that grow, each with its family; only draws whose $days are over by $as_of.

WITH more AS (
    SELECT t.customer_id, t.is_treated, t.begun_on, t.until,
        row_number() OVER (PARTITION BY t.customer_id ORDER BY t.begun_on, t.offer, t.avenue) AS place
    FROM trials t JOIN further f ON f.offer = t.offer
    LEFT JOIN families_had h ON h.customer_id = t.customer_id AND h.family = f.family AND h.first_day < t.begun_on
    WHERE h.customer_id IS NULL
), drawn AS (
    SELECT m.customer_id, c.team_id, m.is_treated, m.begun_on, m.until
    FROM more m JOIN customers c ON c.customer_id = m.customer_id
    WHERE m.place = 1 AND days_after(m.until, $days) <= $as_of
), held AS (
    SELECT d.customer_id, count(*) AS families
    FROM drawn d JOIN families_had h ON h.customer_id = d.customer_id AND h.first_day < d.begun_on AND h.until >= d.begun_on
    GROUP BY d.customer_id
), seen AS (
    SELECT d.customer_id,
        count(*) FILTER (WHERE y.day < d.begun_on AND y.day >= days_after(d.begun_on, -365)) AS bought_before,
        count(*) FILTER (WHERE y.day >= d.until AND y.day < days_after(d.until, $days)) AS bought_after
    FROM drawn d JOIN days y ON y.customer_id = d.customer_id AND y.is_purchase
    GROUP BY d.customer_id
)
SELECT d.team_id, CAST(least(h.families, $most) AS INTEGER) AS families,
    count(*) FILTER (WHERE d.is_treated) AS offered,
    count(*) FILTER (WHERE d.is_treated AND s.bought_after = 0) AS offered_lost,
    count(*) FILTER (WHERE NOT d.is_treated) AS control,
    count(*) FILTER (WHERE NOT d.is_treated AND s.bought_after = 0) AS control_lost
FROM drawn d
JOIN held h ON h.customer_id = d.customer_id
JOIN seen s ON s.customer_id = d.customer_id AND s.bought_before > 0
GROUP BY d.team_id, least(h.families, $most)
ORDER BY 1, 2
