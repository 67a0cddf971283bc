-- Which families each customer had, from his first purchase or contract on, and until when: the end of a contract, a year after a purchase.

CREATE OR REPLACE TEMP TABLE families_had AS
SELECT customer_id, family, min(first_day) AS first_day, max(until) AS until
FROM (
    SELECT b.customer_id, p.family, b.first_day, days_after(b.last_day, 365) AS until
    FROM bought b JOIN products p ON p.product_id = b.product_id
    WHERE p.family <> ''
    UNION ALL
    SELECT h.customer_id, p.family, h.opened_on, coalesce(h.closed_on, CAST('9999-12-31' AS DATE))
    FROM holdings h JOIN products p ON p.product_id = h.product_id
    WHERE p.family <> '' AND h.status <> 3 AND h.opened_on IS NOT NULL
) had
GROUP BY customer_id, family
