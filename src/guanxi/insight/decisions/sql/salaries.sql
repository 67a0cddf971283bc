-- What came in as salary in a month, the median of the $months months up to the one that begins on $latest; nobody to whom it did
-- not come in each of them (RSK-01: whether a higher limit can be afforded).
SELECT customer_id, CAST(median_of(array_agg(amount)) AS BIGINT) AS income
FROM feature_income_months
WHERE month > months_after($latest, -$months)
GROUP BY customer_id
HAVING count(DISTINCT month) = $months
