-- Who is lost by $as_of: by a person's word (stage), or silent for longer than his patience (patience.sql) without a holding in
-- force, or ended less than 60 days ago. A loss is dated back to the last purchase. Evidence that the record has: a promise of
-- ours that nobody kept in the 90 days before or after it (no word to the customer within a week of the day agreed).

WITH gone AS (
    SELECT p.*, c.team_id, c.stage = $lost AS is_declared
    FROM patience p JOIN customers c ON c.customer_id = p.customer_id
), worth AS (
    SELECT customer_id, CAST(sum(margin) AS DOUBLE) AS worth FROM days WHERE day <= $as_of GROUP BY customer_id
), promises AS (
    SELECT DISTINCT g.customer_id
    FROM gone g
    JOIN conversations v ON v.customer_id = g.customer_id AND v.outcome = $promised
        AND days_after(v.follow_up_on, 7) <= $as_of
        AND v.follow_up_on BETWEEN days_after(g.last_day, -90) AND days_after(g.last_day, 90)
    LEFT JOIN conversations k ON k.customer_id = v.customer_id AND k.day > v.day AND k.day <= days_after(v.follow_up_on, 7)
        AND k.direction = $outward AND k.outcome <> $no_answer
    WHERE k.customer_id IS NULL
), held AS (
    SELECT DISTINCT customer_id FROM holdings
    WHERE opened_on <= $as_of AND status <> 3 AND (closed_on IS NULL OR closed_on > days_after($as_of, -60))
)
SELECT g.customer_id, g.team_id, g.first_day, g.last_day, g.is_declared, w.worth, p.customer_id IS NOT NULL AS unsolved
FROM gone g
JOIN worth w ON w.customer_id = g.customer_id
LEFT JOIN promises p ON p.customer_id = g.customer_id
LEFT JOIN held h ON h.customer_id = g.customer_id
WHERE g.is_declared OR (h.customer_id IS NULL AND days_between(g.last_day, $as_of) >= g.patience)
ORDER BY g.customer_id
