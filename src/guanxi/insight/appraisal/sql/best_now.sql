-- Who is compared to tell what tier A has in common: all who stand in a tier.

CREATE OR REPLACE TEMP TABLE compared AS
SELECT e.customer_id, e.tier_strict = 1 AS is_best, e.age_days, c.segment, c.city_id, c.team_id
FROM estimates e JOIN customers c ON c.customer_id = e.customer_id
WHERE e.tier_strict < 9
