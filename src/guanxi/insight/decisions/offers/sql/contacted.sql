-- What those did who were drawn to be offered something, and those whom chance kept from it (`guanxi estimate uplift`): a row a customer
-- and offer, by his first draw of it whose window has ended by $as_of. Everybody drawn counts in his arm, whether or not somebody found
-- the time to ask him: whom people choose to ask is not chance. `came`: opened what was offered, or bought it for the first time,
-- in the window; where the offer names neither product nor family, bought anything in it.

WITH drawn AS (
    SELECT t.customer_id, t.offer, t.bands, t.is_treated, t.begun_on, t.until, a.product, a.family
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_id, offer ORDER BY begun_on, avenue) AS place FROM trials
    ) t
    JOIN targets a ON a.offer = t.offer
    JOIN customers c ON c.customer_id = t.customer_id
    WHERE t.place = 1 AND t.until <= $as_of
), took AS (
    SELECT d.customer_id, d.offer
    FROM drawn d
    JOIN (
        SELECT customer_id, product_id, opened_on AS day FROM holdings
        UNION ALL
        SELECT customer_id, product_id, first_day FROM bought
    ) h ON h.customer_id = d.customer_id AND h.day >= d.begun_on AND h.day < d.until
    JOIN products p ON p.product_id = h.product_id
    WHERE (d.product <> '' AND p.reference = d.product) OR (d.product = '' AND d.family <> '' AND p.family = d.family)
    UNION
    SELECT d.customer_id, d.offer
    FROM drawn d
    JOIN days y ON y.customer_id = d.customer_id AND y.is_purchase AND y.day >= d.begun_on AND y.day < d.until
    WHERE d.product = '' AND d.family = ''
)
SELECT d.offer, d.bands, d.is_treated, y.customer_id IS NOT NULL AS came
FROM drawn d
LEFT JOIN took y ON y.customer_id = d.customer_id AND y.offer = d.offer
ORDER BY d.offer, d.customer_id
