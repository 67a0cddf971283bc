-- What supports that there is less income, of the cases in credit_places (decisioning.md 4.7): in how many of the months before the fall
-- a salary came, how much in the middle, and when for the last time; what was owed in the last month before it and in its latest.
WITH paid AS (
    SELECT p.place, i.month, i.month <= p.base_to AS is_before, sum(i.amount) AS amount
    FROM credit_places p
    JOIN feature_income_months i ON i.customer_id = p.customer_id AND i.month BETWEEN p.base_from AND p.recent_to
    GROUP BY p.place, i.month, i.month <= p.base_to
), salary AS (
    SELECT place, count(*) FILTER (WHERE is_before) AS months, CAST(median(amount) FILTER (WHERE is_before) AS BIGINT) AS usual,
        max(month) AS last_month
    FROM paid GROUP BY place
), owed AS (
    SELECT p.place, max(o.owed) FILTER (WHERE o.month = month_of(p.base_to)) AS before,
        max(o.owed) FILTER (WHERE o.month = month_of(p.recent_to)) AS now
    FROM credit_places p JOIN feature_owed_months o ON o.customer_id = p.customer_id GROUP BY p.place
)
SELECT p.place, coalesce(s.months, 0) AS months, s.usual, s.last_month, o.before, o.now
FROM credit_places p LEFT JOIN salary s ON s.place = p.place LEFT JOIN owed o ON o.place = p.place
ORDER BY p.place
