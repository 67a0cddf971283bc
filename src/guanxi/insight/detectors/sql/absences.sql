-- Inactivity: from the judged absences (customer, days and figures) to one row an absence. What the customer usually
-- spends is the year up to the last visit.

CREATE OR REPLACE TEMP TABLE absence_signals AS
WITH spent AS (
    SELECT a.customer_id, a.last_on, sum(d.gross) AS year
    FROM absences a
    JOIN days d ON d.customer_id = a.customer_id AND d.is_purchase
        AND d.day <= a.last_on AND d.day > days_after(a.last_on, -365)
    GROUP BY a.customer_id, a.last_on
), known AS (
    SELECT a.*, c.code, nearest(s.year / 12) AS usual, least(a.counted_from, days_after(a.last_on, -364)) AS from_on,
        CASE WHEN a.mean IS NULL THEN 'null' ELSE CAST(a.mean AS STRING) END AS mean_word,
        CASE WHEN a.gaps = 0 THEN 'null'
            ELSE CAST(to_places(CAST(a.total AS DOUBLE) / a.gaps, 10) AS STRING) END AS gap_word
    FROM absences a
    JOIN customers c ON c.customer_id = a.customer_id
    JOIN spent s ON s.customer_id = a.customer_id AND s.last_on = a.last_on
)
SELECT key_of('inactivity|' || code || '|' || CAST(last_on AS STRING)) AS key,
    customer_id, 'inactivity' AS kind, state, occurred_on, severity, usual AS at_stake,
    '{"table":"dealings","customer_id":' || CAST(customer_id AS STRING)
        || ',"from":"' || CAST(from_on AS STRING) || '","to":"' || CAST(last_on AS STRING)
        || '","measure":"visit_days","given":{"mean":' || mean_word || ',"cv2":' || CAST(cv2 AS STRING) || ',' || $given
        || '},"figures":{"last":"' || CAST(last_on AS STRING) || '","visits":' || CAST(gaps + 1 AS STRING)
        || ',"gap":' || gap_word || ',"usual":' || CAST(usual AS STRING)
        || ',"watch_on":' || coalesce('"' || CAST(watch_on AS STRING) || '"', 'null')
        || ',"alarm_on":' || coalesce('"' || CAST(alarm_on AS STRING) || '"', 'null')
        || ',"lapsed_on":"' || CAST(lapsed_on AS STRING) || '"}}' AS evidence,
    -- fewer gaps than make a habit are not called one
    '{"last":"' || CAST(last_on AS STRING) || '","visits":' || CAST(gaps + 1 AS STRING)
        || ',"gap":' || CASE WHEN gaps < $own_gaps THEN 'null' ELSE gap_word END
        || ',"usual":' || CAST(usual AS STRING) || '}' AS facts,
    usual, from_on AS habit_from, last_on AS habit_to, CAST(NULL AS DOUBLE) AS probability
FROM known;
