-- Beside the dealings of who dealt by $as_of ($earns: or keeps a balance), of a year: the mean of the balances of twelve months in minor
-- units (what we keep for him and what he owes us alike), how often we spoke or wrote to him, and whether he kept anything with us in the
-- month that ended a year ago, and keeps it in the last one. In the order of ids.

WITH held AS (
    -- a year by the calendar: 365 days of a leap year may have eleven ends of months. Files that come daily tell of thirteen months:
    -- of the first one its end, of the last one its beginning
    SELECT b.customer_id, CAST(sum(abs(b.amount)) AS DOUBLE) / greatest(12, max(t.months)) AS balance
    FROM balances b
    CROSS JOIN (
        SELECT count(DISTINCT month) AS months FROM balances WHERE day >= months_after(days_after($as_of, 1), -12) AND day <= $as_of
    ) t
    WHERE b.day >= months_after(days_after($as_of, 1), -12) AND b.day <= $as_of GROUP BY b.customer_id
), dealt AS (
    SELECT DISTINCT customer_id FROM days WHERE day <= $as_of
    UNION
    SELECT customer_id FROM held WHERE $earns AND balance > 0
), latest AS (
    SELECT max(month) AS month FROM balances WHERE day <= $as_of
), keeping AS (
    SELECT b.customer_id, max(CASE WHEN b.month = months_after(l.month, -12) THEN 1 ELSE 0 END) AS kept_then,
        max(CASE WHEN b.month = l.month THEN 1 ELSE 0 END) AS keeps_now
    FROM balances b CROSS JOIN latest l
    WHERE (b.month = l.month OR b.month = months_after(l.month, -12)) AND b.day <= $as_of AND b.amount <> 0
    GROUP BY b.customer_id
), met AS (
    SELECT customer_id, count(*) AS contacts
    FROM conversations WHERE direction = $outward AND day > days_after($as_of, -365) AND day <= $as_of GROUP BY customer_id
)
SELECT d.customer_id, coalesce(h.balance, 0) AS balance, CAST(coalesce(m.contacts, 0) AS DOUBLE) AS contacts,
    coalesce(k.kept_then, 0) = 1 AS kept_then, coalesce(k.keeps_now, 0) = 1 AS keeps_now
FROM dealt d
LEFT JOIN held h ON h.customer_id = d.customer_id
LEFT JOIN keeping k ON k.customer_id = d.customer_id
LEFT JOIN met m ON m.customer_id = d.customer_id
ORDER BY d.customer_id
