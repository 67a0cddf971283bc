-- Why not: how many customers an offer was not for, on which channel a pair that passed was lost, and who got something else:
-- of the pairs worth a contact (`weighed`) first those that were picked, then those of who got nothing (`unserved`, whom `valued`
-- regards now); what is left are customers who got another.

WITH chosen AS (
    SELECT CAST(w.offer AS INTEGER) AS offer, CAST(k.treatment AS INTEGER) AS treatment, k.customers
    FROM (SELECT treatment, count(*) AS customers FROM picked GROUP BY treatment) k
    JOIN (SELECT DISTINCT offer, treatment FROM ways) w ON w.treatment = k.treatment
), unlucky AS (
    SELECT CAST(offer AS INTEGER) AS offer, CAST(treatment AS INTEGER) AS treatment, count(*) AS customers
    FROM valued WHERE why = 0 AND is_sure AND net > 0 GROUP BY offer, treatment
), told AS (
    SELECT offer, treatment, why, customers FROM weighed
    UNION ALL SELECT offer, treatment, -3, -customers FROM chosen
    UNION ALL SELECT offer, treatment, 0, customers FROM chosen
    UNION ALL SELECT offer, treatment, -3, -customers FROM unlucky
    UNION ALL SELECT offer, treatment, -4, customers FROM unlucky
)
SELECT offer, treatment, why, CAST(sum(customers) AS BIGINT) AS customers
FROM told GROUP BY offer, treatment, why HAVING sum(customers) > 0
ORDER BY 1, 2, 3
