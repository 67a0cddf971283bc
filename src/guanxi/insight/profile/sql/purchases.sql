-- What a customer bought: net and number of days in 365 days, in whole units; and, for what is reckoned with it, margin, gross and
-- net of two years and of one in minor units.
SELECT customer_id, coalesce(sum(net) FILTER (WHERE day > days_after($as_of, -365)), 0) / $minor AS spend_365,
    count(*) FILTER (WHERE is_purchase AND day > days_after($as_of, -365)) AS purchases_365,
    sum(margin) AS margin_730, sum(gross) AS gross_730, sum(net) AS net_730,
    sum(margin) FILTER (WHERE day > days_after($as_of, -365)) AS margin_365,
    sum(gross) FILTER (WHERE day > days_after($as_of, -365)) AS gross_365
FROM days
WHERE day > days_after($as_of, -730) AND day <= $as_of AND customer_id IN (SELECT customer_id FROM asked)
GROUP BY customer_id
