-- How many of the best of `compared` (best_now.sql, best_then.sql), and how many of all in it, have each feature on $as_of, by team (all:
-- everybody): kind, city, families ever bought by then, how long they had been customers, whether they came by somebody's word or
-- brought somebody.

WITH features AS (
    SELECT customer_id, 'all' AS kind, '' AS name FROM compared
    UNION ALL
    SELECT customer_id, 'segment' AS kind, segment AS name FROM compared
    UNION ALL
    SELECT customer_id, 'city', CAST(city_id AS VARCHAR) FROM compared WHERE city_id IS NOT NULL
    UNION ALL
    SELECT customer_id, 'years', CASE WHEN age_days < 365 THEN '0' WHEN age_days < 1096 THEN '1' WHEN age_days < 1826 THEN '3' ELSE '5' END
    FROM compared WHERE age_days IS NOT NULL
    UNION ALL
    SELECT customer_id, 'family', family FROM families_had WHERE first_day <= $as_of AND until > $as_of
    UNION ALL
    SELECT DISTINCT customer_id, 'came', 'recommended' FROM referrals WHERE told_on <= $as_of
    UNION ALL
    SELECT DISTINCT referrer_id, 'brought', 'others' FROM referrals WHERE told_on <= $as_of
)
SELECT f.kind || ':' || f.name AS feature, p.team_id, count(*) FILTER (WHERE p.is_best) AS with_best, count(*) AS with_all
FROM features f JOIN compared p ON p.customer_id = f.customer_id
GROUP BY f.kind, f.name, p.team_id
ORDER BY 1, 2
