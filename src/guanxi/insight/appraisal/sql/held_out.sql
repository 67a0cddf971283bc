-- What came after $cut and by $to, of each customer who bought then: purchase days and their sum.

SELECT customer_id, count(*) AS purchases, CAST(sum(net) AS DOUBLE) AS net, CAST(sum(gross) AS DOUBLE) AS gross_net
FROM days
WHERE is_purchase AND day > $cut AND day <= $to
GROUP BY customer_id
ORDER BY customer_id
