-- Who came recommended within two years of $as_of, by whom, whether he who recommended is loyal, and whether who came has bought.

SELECT r.customer_id, r.referrer_id, coalesce(l.loyalty_class, '') IN ('true', 'behavioural') AS is_loyal,
    b.customer_id IS NOT NULL AS has_bought
FROM referrals r
JOIN customers c ON c.customer_id = r.customer_id
LEFT JOIN loyalty l ON l.customer_id = r.referrer_id
LEFT JOIN (
    SELECT DISTINCT customer_id FROM days
    WHERE is_purchase AND day <= $as_of AND customer_id IN (SELECT customer_id FROM referrals)
) b ON b.customer_id = r.customer_id
WHERE r.told_on <= $as_of AND r.told_on > days_after($as_of, -730)
ORDER BY r.customer_id, r.referrer_id
