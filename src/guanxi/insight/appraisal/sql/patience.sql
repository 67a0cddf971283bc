-- The purchases of everybody who bought by $as_of, and after how many days of silence he is lost (`lapses`, of the detector).

CREATE OR REPLACE TEMP TABLE patience AS
SELECT b.*, l.patience, days_between(b.first_day, b.last_day) / CAST(nullif(b.purchases - 1, 0) AS DOUBLE) AS own_gap
FROM (
    SELECT customer_id, count(*) AS purchases, min(day) AS first_day, max(day) AS last_day
    FROM days WHERE is_purchase AND day <= $as_of GROUP BY customer_id
) b
JOIN lapses l ON l.customer_id = b.customer_id;
