-- Contacts of the 365 days with who bought in them, by whole years since the first dealing and by channel.

WITH since AS (
    SELECT customer_id, CAST(least($most, floor(days_between(first_day, $as_of) / 365)) AS INTEGER) AS years
    FROM estimates WHERE first_day <= $as_of AND last_day > days_after($as_of, -365)
)
SELECT s.years, v.channel, count(*) AS contacts
FROM conversations v JOIN since s ON s.customer_id = v.customer_id
WHERE v.day > days_after($as_of, -365) AND v.day <= $as_of
GROUP BY s.years, v.channel
ORDER BY s.years, v.channel
