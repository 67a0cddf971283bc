-- Spend drop (decisioning.md 4.5): from the judged cycles to one row an episode. An episode begins with the first watch
-- after a quiet cycle and ends with the next quiet one. Cycles that wait (spend_waits) say nothing. One that was already
-- under way in the oldest cycle looked at is too old to be news and is left out: the record lets it expire.

CREATE OR REPLACE TEMP TABLE spend_signals AS
WITH touched AS (
    SELECT DISTINCT customer_id FROM spend_scores WHERE is_watch
), seen AS (
    SELECT s.* FROM spend_scores s
    JOIN touched t ON t.customer_id = s.customer_id
    LEFT JOIN spend_waits w ON w.cycle = s.cycle AND w.segment = s.segment
    WHERE w.cycle IS NULL
), steps AS (
    SELECT *,
        coalesce(sum(CASE WHEN is_quiet THEN 1 ELSE 0 END) OVER (
            PARTITION BY customer_id ORDER BY cycle ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS episode,
        coalesce(lag(is_watch) OVER (PARTITION BY customer_id ORDER BY cycle), FALSE) AS was_watch
    FROM seen
), episodes AS (
    SELECT customer_id, episode, min(cycle) AS first_cycle,
        min(cycle) FILTER (WHERE is_watch) AS began,
        min(cycle) FILTER (WHERE is_alarm) AS alarmed,
        min(cycle) FILTER (WHERE is_watch AND was_watch) AS confirmed,
        max(cycle) FILTER (WHERE is_watch) AS latest,
        max(cycle) FILTER (WHERE is_quiet) AS ended
    FROM steps
    GROUP BY customer_id, episode
), stated AS (
    SELECT e.*, l.segment, l.cycles, l.usual, l.usual_here, l.now, l.gross_now, l.low, l.high, l.z, l.fallen, l.shift, l.spread,
        CASE WHEN e.ended IS NULL THEN coalesce(e.confirmed, e.alarmed, e.began) ELSE e.ended END AS since,
        CASE WHEN e.ended IS NOT NULL AND q.now < (1 - $watch_drop) * l.usual THEN 'expired'
            WHEN e.ended IS NOT NULL THEN 'cleared'
            WHEN e.confirmed IS NOT NULL THEN 'confirmed'
            WHEN e.alarmed IS NOT NULL THEN 'alarm' ELSE 'watch' END AS state
    FROM episodes e
    JOIN spend_scores l ON l.customer_id = e.customer_id AND l.cycle = e.latest
    LEFT JOIN spend_scores q ON q.customer_id = e.customer_id AND q.cycle = e.ended
    WHERE e.began IS NOT NULL AND (e.episode > 0 OR e.first_cycle > $oldest)
        AND (e.ended IS NULL OR e.ended > $newest - 3)  -- what ended earlier is no news, even to a refresh that runs late
), dated AS (
    SELECT s.*, c.code, last_day(first_of_month(s.since)) AS occurred_on, last_day(first_of_month(s.latest)) AS last_on,
        first_of_month(s.latest - s.cycles) AS from_on, first_of_month(s.began) AS began_on,
        coalesce(j.season, 'null') AS season
    FROM stated s
    JOIN customers c ON c.customer_id = s.customer_id
    LEFT JOIN spend_season_words j ON j.cycle = s.latest AND j.segment = s.segment
)
SELECT key_of('spend_drop|' || code || '|' || CAST(began_on AS STRING)) AS key,
    customer_id, 'spend_drop' AS kind, state, occurred_on,
    to_places(fallen, 1000) AS severity, nearest(usual - now) AS at_stake,
    fall_evidence(customer_id, from_on, last_on, 'gross_by_month', fall_given(season, shift, spread, $given),
        fall_figures(usual_here, gross_now, fallen, z, low, high, cycles),
        '["' || CASE WHEN alarmed = began THEN 'alarm' ELSE 'watch' END || '","'
        || CAST(last_day(began_on) AS STRING) || '"]'
        || CASE WHEN alarmed > began AND alarmed < coalesce(confirmed, alarmed + 1)
            THEN ',["alarm","' || CAST(last_day(first_of_month(alarmed)) AS STRING) || '"]' ELSE '' END
        || CASE WHEN confirmed IS NOT NULL
            THEN ',["confirmed","' || CAST(last_day(first_of_month(confirmed)) AS STRING) || '"]' ELSE '' END
        || CASE WHEN ended IS NOT NULL
            THEN ',["' || state || '","' || CAST(occurred_on AS STRING) || '"]' ELSE '' END) AS evidence,
    '{"usual":' || CAST(nearest(usual_here) AS STRING) || ',"now":' || CAST(nearest(gross_now) AS STRING)
        || ',"drop":' || CAST(to_places(fallen, 10000) AS STRING)
        || ',"month":"' || CAST(last_on AS STRING) || '"}' AS facts,
    nearest(usual) AS usual, from_on AS habit_from, last_on AS habit_to, CAST(NULL AS DOUBLE) AS probability,
    began, latest, z, fallen -- what credit_downshift.sql goes on from
FROM dated;
