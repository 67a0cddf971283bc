-- Contacts that went out in the year that ends with $as_of to customers who had bought before it and bought in it, by channel.

WITH stayed AS (
    SELECT customer_id FROM days WHERE is_purchase AND day <= $as_of GROUP BY customer_id
    HAVING min(day) <= days_after($as_of, -365) AND max(day) > days_after($as_of, -365)
)
SELECT v.channel, count(*) AS contacts
FROM conversations v
JOIN stayed s ON s.customer_id = v.customer_id
WHERE v.direction = $outward AND v.day > days_after($as_of, -365) AND v.day <= $as_of
GROUP BY v.channel ORDER BY v.channel
