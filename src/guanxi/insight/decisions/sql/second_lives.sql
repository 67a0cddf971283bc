-- What became of who came back (`regained`: customer_id, lost_on, returned_on, reason, tier, offer): what the last year of the first life brought as
-- the house earns (`earned`), what the first year of the second did once it is over, and whether anything was bought in its second year, once that is over (else NULL).

SELECT r.customer_id, r.reason, r.tier, r.offer,
    CAST(coalesce(sum(CASE WHEN d.day > days_after(r.lost_on, -365) AND d.day <= r.lost_on THEN d.worth END), 0) AS DOUBLE) AS first_year,
    CASE WHEN days_after(r.returned_on, 364) <= $as_of
        THEN CAST(coalesce(sum(CASE WHEN d.day >= r.returned_on AND d.day < days_after(r.returned_on, 365) THEN d.worth END), 0) AS DOUBLE)
        END AS second_year,
    CASE WHEN days_after(r.returned_on, 729) <= $as_of
        THEN CAST(max(CASE WHEN d.is_purchase AND d.day >= days_after(r.returned_on, 365) AND d.day < days_after(r.returned_on, 730)
            THEN 1 ELSE 0 END) AS DOUBLE)
        END AS stayed
FROM regained r
JOIN earned d ON d.customer_id = r.customer_id AND d.day <= $as_of
GROUP BY r.customer_id, r.reason, r.tier, r.offer, r.lost_on, r.returned_on
ORDER BY r.customer_id, r.lost_on
