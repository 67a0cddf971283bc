-- Whose tier or state is another than the last edition showed; a first tier or state is no move.

SELECT s.customer_id, 'tier' AS field, s.tier AS "old", r.tier AS "new"
FROM shown s JOIN standing_rows r ON r.customer_id = s.customer_id
WHERE s.tier <> r.tier AND s.tier <> 9
UNION ALL
SELECT s.customer_id, 'state', s.state, r.state
FROM shown s JOIN standing_rows r ON r.customer_id = s.customer_id
WHERE s.state <> r.state AND s.state <> 0
ORDER BY 1, 2
