-- Whose tier or state is another than the last edition showed; a first tier or state is no move. The cause of a move
-- between tiers (record.standing.choices.Cause) by what changed: the customer's own value beyond a twentieth, against what
-- people saw, or only the places of others; 5 where the firm has drawn the lines between tiers anew.

SELECT s.customer_id, 'tier' AS field, s.tier AS "old", r.tier AS "new",
    CAST(CASE
        WHEN CAST($redrawn AS INTEGER) = 1 THEN 5
        WHEN r.tier > s.tier AND r.state = 4 THEN 3
        WHEN r.tier > s.tier AND r.value < c.value - abs(c.value) * 0.05 THEN 2
        WHEN r.tier < s.tier AND r.value > c.value + abs(c.value) * 0.05 THEN 1
        ELSE 4 END AS SMALLINT) AS cause
FROM shown s JOIN standing_rows r ON r.customer_id = s.customer_id JOIN customers c ON c.customer_id = s.customer_id
WHERE s.tier <> r.tier AND s.tier <> 9
UNION ALL
SELECT s.customer_id, 'state', s.state, r.state, CAST(0 AS SMALLINT)
FROM shown s JOIN standing_rows r ON r.customer_id = s.customer_id
WHERE s.state <> r.state AND s.state <> 0
ORDER BY 1, 2
