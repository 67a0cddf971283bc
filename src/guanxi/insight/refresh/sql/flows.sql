-- The moves between tiers counted by owner, team, both tiers and cause (record.standing.models.Flow).

SELECT c.owner_id, c.team_id, m."old", m."new", m.cause, CAST(count(*) AS INTEGER) AS customers,
    CAST(sum(r.value) AS BIGINT) AS value
FROM moves m JOIN customers c ON c.customer_id = m.customer_id JOIN standing_rows r ON r.customer_id = m.customer_id
WHERE m.field = 'tier'
GROUP BY c.owner_id, c.team_id, m."old", m."new", m.cause
ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3, 4, 5
