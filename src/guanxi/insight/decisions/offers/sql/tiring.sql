-- How many contacts there were, and after how many of them somebody took a consent to marketing back, by what he had heard of us in the
-- thirty days before (decisioning.md 3.4): 0 nothing, 1 up to four units, 2 more. Only the last contact before he did so counts.
WITH went AS (
    SELECT customer_id, day, sum(pressure_of(channel)) AS units
    FROM conversations
    WHERE direction = $outward AND coalesce(outcome, 0) <> $no_answer AND day > days_after($first, -30) AND day <= $last
    GROUP BY customer_id, day
), pressed AS (
    SELECT customer_id, day, lead(day) OVER (PARTITION BY customer_id ORDER BY day) AS next_day,
        coalesce(sum(units) OVER (PARTITION BY customer_id ORDER BY days_between($first, day)
            RANGE BETWEEN 29 PRECEDING AND 1 PRECEDING), 0) AS heard
    FROM went
), answered AS (
    SELECT DISTINCT p.customer_id, p.day
    FROM pressed p JOIN withdrawn w ON w.customer_id = p.customer_id
    WHERE w.day >= p.day AND w.day < days_after(p.day, $within) AND (p.next_day IS NULL OR w.day < p.next_day)
)
SELECT CASE WHEN p.heard = 0 THEN 0 WHEN p.heard <= 4 THEN 1 ELSE 2 END AS pressure, count(*) AS contacts,
    count(a.customer_id) AS withdrew
FROM pressed p LEFT JOIN answered a ON a.customer_id = p.customer_id AND a.day = p.day
WHERE p.day > $first
GROUP BY 1 ORDER BY 1
