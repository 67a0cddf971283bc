-- A trial is a customer, an offer and a way in an arm, from the day a run decided so until its window of response has ended. While
-- one runs, deciding the same again begins no other; one of a later day, of a run whose day was mistyped, stands in nobody's way.
-- Who is in the edition no more leaves no trial behind. What somebody said to a proposal in a contact is a trial ($in_contact) from that
-- day on, where none of the same offer was running then, whatever its way or arm.

WITH decided_so AS (
    SELECT f.customer_id, f.offer, f.channel AS avenue, d.bands, f.arm <> 'control' AS is_treated, w.days
    FROM decided_now f
    JOIN deciding d ON d.customer_id = f.customer_id
    JOIN windows w ON w.offer = f.offer AND w.avenue = f.channel
), spoken AS (
    SELECT s.customer_id, s.offer, d.bands, min(s.day) AS day, min(w.days) AS days
    FROM said s
    JOIN deciding d ON d.customer_id = s.customer_id AND NOT d.is_unprofiled
    JOIN windows w ON w.offer = s.offer AND w.avenue = $in_contact
    LEFT JOIN trials g ON g.customer_id = s.customer_id AND g.offer = s.offer AND g.begun_on <= s.day AND g.until > s.day
    WHERE s.is_spoken AND NOT s.is_paper AND g.customer_id IS NULL AND s.day < $on AND days_after(s.day, w.days) > $kept_from
    GROUP BY s.customer_id, s.offer, d.bands
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
UNION ALL
SELECT customer_id, offer, CAST($in_contact AS INTEGER), bands, TRUE, day, days_after(day, days)
FROM spoken
ORDER BY 1, 2, 3, 6
