-- The edition's customers counted by owner, team, tier and state (record.standing.models.Cell).

SELECT c.owner_id, c.team_id, r.tier, r.state, CAST(count(*) AS INTEGER) AS customers,
    CAST(count(*) FILTER (WHERE r.first_on >= CAST($quarter AS DATE)) AS INTEGER) AS newcomers, CAST(sum(r.value) AS BIGINT) AS value
FROM standing_rows r JOIN customers c ON c.customer_id = r.customer_id
GROUP BY c.owner_id, c.team_id, r.tier, r.state
ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3, 4
