-- A trial is a customer, an offer and a way in an arm, from the day a run decided so until its window of response has ended. While
-- one runs, deciding the same again begins no other; one of a later day, of a run whose day was mistyped, stands in nobody's way.
-- Who is in the edition no more leaves no trial behind.

WITH decided_so AS (
    SELECT f.customer_id, f.offer, f.channel AS avenue, d.bands, f.arm <> 'control' AS is_treated, w.days
    FROM decided_now f
    JOIN deciding d ON d.customer_id = f.customer_id
    JOIN windows w ON w.offer = f.offer AND w.avenue = f.channel
)
SELECT t.customer_id, t.offer, t.avenue, t.bands, t.is_treated, t.begun_on, t.until
FROM trials t JOIN customers c ON c.customer_id = t.customer_id
WHERE t.until > $kept_from
UNION ALL
SELECT n.customer_id, n.offer, n.avenue, n.bands, n.is_treated, CAST($on AS DATE), days_after($on, n.days)
FROM decided_so n
LEFT JOIN trials g ON g.customer_id = n.customer_id AND g.offer = n.offer AND g.avenue = n.avenue
    AND g.until > $on AND g.begun_on < days_after($on, n.days)
WHERE g.customer_id IS NULL
ORDER BY 1, 2, 3, 6
