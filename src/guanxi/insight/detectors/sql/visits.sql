-- Inactivity (decisioning.md 4.6): the last 24 gaps between distinct visit days up to $as_of, and the 24 before the
-- latest one, against which a return is judged, in days of the season (season_counted.sql). Sums of whole days: exact, whatever the order. Whose rhythm an edition
-- kept and who bought nothing since (stale_rhythms names the others) is not computed again.

CREATE OR REPLACE TEMP TABLE fresh_rhythms AS
WITH ordered AS (
    SELECT d.customer_id, d.day,
        row_number() OVER (PARTITION BY d.customer_id ORDER BY d.day DESC) AS place,
        -- two visits out of season are a day apart
        CASE WHEN d.counted = lead(d.counted) OVER (PARTITION BY d.customer_id ORDER BY d.day DESC) THEN 1
            ELSE d.counted - lead(d.counted) OVER (PARTITION BY d.customer_id ORDER BY d.day DESC) END AS gap
    FROM stale_days d
    WHERE d.is_purchase AND d.day <= $as_of
)
SELECT customer_id, max(day) AS last_day, max(day) FILTER (WHERE place = 2) AS before_day,
    min(day) FILTER (WHERE place <= $gaps + 1) AS counted_from,
    min(day) FILTER (WHERE place BETWEEN 2 AND $gaps + 2) AS before_from,
    count(gap) FILTER (WHERE place <= $gaps) AS gaps,
    CAST(coalesce(sum(gap) FILTER (WHERE place <= $gaps), 0) AS BIGINT) AS total,
    CAST(coalesce(sum(gap * gap) FILTER (WHERE place <= $gaps), 0) AS BIGINT) AS squares,
    count(gap) FILTER (WHERE place BETWEEN 2 AND $gaps + 1) AS before_gaps,
    CAST(coalesce(sum(gap) FILTER (WHERE place BETWEEN 2 AND $gaps + 1), 0) AS BIGINT) AS before_total,
    CAST(coalesce(sum(gap * gap) FILTER (WHERE place BETWEEN 2 AND $gaps + 1), 0) AS BIGINT) AS before_squares
FROM ordered
WHERE place <= $gaps + 2
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE visits AS
SELECT s.*, coalesce(c.segment, '') AS segment
FROM (SELECT * FROM kept_rhythms UNION ALL SELECT * FROM fresh_rhythms) s
JOIN customers c ON c.customer_id = s.customer_id
WHERE c.stage <> $lost;
