-- What customers spent in the 90 days before and after each failure of ours of 24 months (decisioning.md 4.4, T5), a row a failure
-- that lies 90 days back. The day itself is in neither: what was bought on it came before or after, nobody knows.

SELECT f.customer_id, f.day,
    CAST(coalesce(sum(CASE WHEN d.day < f.day THEN d.gross END), 0) AS DOUBLE) AS spent_before,
    CAST(coalesce(sum(CASE WHEN d.day > f.day THEN d.gross END), 0) AS DOUBLE) AS spent_after
FROM failures f
JOIN days d ON d.customer_id = f.customer_id AND d.is_purchase AND d.day BETWEEN days_after(f.day, -90) AND days_after(f.day, 90)
WHERE f.day > days_after($as_of, -730) AND f.day <= days_after($as_of, -90)
GROUP BY f.customer_id, f.day
ORDER BY f.customer_id, f.day
