-- Who is compared to tell what keeps tier A: all who were shown in it on $since, and whether they are now. moved: of who changed tiers
-- since, the tier of before the first change; whoever did not was what the last edition showed.

CREATE OR REPLACE TEMP TABLE compared AS
SELECT e.customer_id, e.tier = 1 AS is_best, days_between(e.first_day, $since) AS age_days, c.segment, c.city_id, c.team_id
FROM estimates e JOIN customers c ON c.customer_id = e.customer_id
LEFT JOIN moved m ON m.customer_id = e.customer_id
LEFT JOIN shown s ON s.customer_id = e.customer_id
WHERE coalesce(m.old, s.tier) = 1 AND e.first_day <= $since
