-- Of each customer and offer the sum of the weights that his signals and what he said give it, each weight once.
SELECT customer_id, offer, CAST(least($most, greatest($least, sum(adds))) AS DOUBLE) / $hundredths AS context
FROM (
    SELECT DISTINCT a.customer_id, w.weight, w.offer, w.adds
    FROM alive a JOIN weights w ON w.signal = a.kind AND w.state IN ('', a.state)
    WHERE a.kind <> $refused
) t
GROUP BY customer_id, offer
ORDER BY customer_id, offer
