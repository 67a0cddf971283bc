-- A row a customer who dealt by $as_of, from day rows. Day sums are net of refunds, or of purchase lines only (`gross_`).
-- `sooner_` is what was known at $cut, in the same pass over the largest table.

SELECT customer_id,
    count(*) FILTER (WHERE is_purchase) AS purchases,
    min(day) FILTER (WHERE is_purchase) AS first_day,
    max(day) FILTER (WHERE is_purchase) AS last_day,
    count(*) FILTER (WHERE is_purchase AND day <= $cut) AS sooner_purchases,
    max(day) FILTER (WHERE is_purchase AND day <= $cut) AS sooner_last_day,
    CAST(sum(net) AS DOUBLE) AS net,
    CAST(sum(gross) AS DOUBLE) AS gross_net,
    CAST(min_by(net, day) FILTER (WHERE is_purchase) AS DOUBLE) AS first_net,
    CAST(min_by(gross, day) FILTER (WHERE is_purchase) AS DOUBLE) AS gross_first_net,
    count(*) FILTER (WHERE is_purchase AND day > days_after($as_of, -365)) AS year_purchases,
    CAST(sum(net) FILTER (WHERE day > days_after($as_of, -365)) AS DOUBLE) AS year_net,
    CAST(sum(margin) FILTER (WHERE day > days_after($as_of, -365)) AS DOUBLE) AS year_margin
FROM days
WHERE day <= $as_of
GROUP BY customer_id
ORDER BY customer_id
