-- Spend drop within the cycle (decisioning.md 4.5): a row a customer of tier A who was found in the running month, which
-- began on $began_on. Not of whom a closed month says it already. The key is that of the episode which the month will begin
-- when it has closed, or of the one that a closed month began with a watch, whose row this one stands for: what a person
-- explains is explained for the month, too.

CREATE OR REPLACE TEMP TABLE within_signals AS
WITH fresh AS (
    SELECT f.*, c.code, days_after(f.raised_on, -30 * (CAST(f.cycles AS INTEGER) + 1) + 1) AS from_on,
        CASE WHEN f.ended_on IS NULL THEN 'alarm' ELSE 'cleared' END AS state, s.season,
        coalesce(w.key, key_of('spend_drop|' || c.code || '|' || CAST(CAST($began_on AS DATE) AS STRING))) AS key
    FROM within_found f
    JOIN customers c ON c.customer_id = f.customer_id
    JOIN within_seasons s ON s.segment = f.segment
    LEFT JOIN spend_signals m ON m.customer_id = f.customer_id AND m.state IN ('alarm', 'confirmed')
    LEFT JOIN spend_signals w ON w.customer_id = f.customer_id AND w.state = 'watch'
    WHERE m.customer_id IS NULL AND (w.customer_id IS NULL OR f.ended_on IS NULL)
)
SELECT key, customer_id, 'spend_drop' AS kind, state, coalesce(ended_on, raised_on) AS occurred_on,
    to_places(fallen, 1000) AS severity, nearest(usual - now) AS at_stake,
    fall_evidence(customer_id, from_on, raised_on, 'gross_by_window', fall_given(season, shift, segment_spread, $given),
        fall_figures(usual_here, gross_now, fallen, z, low, high, cycles),
        '["alarm","' || CAST(raised_on AS STRING) || '"]'
        || CASE WHEN ended_on IS NOT NULL THEN ',["cleared","' || CAST(ended_on AS STRING) || '"]' ELSE '' END) AS evidence,
    '{"usual":' || CAST(nearest(usual_here) AS STRING) || ',"now":' || CAST(nearest(gross_now) AS STRING)
        || ',"drop":' || CAST(to_places(fallen, 10000) AS STRING)
        || ',"until":"' || CAST(raised_on AS STRING) || '"}' AS facts,
    nearest(usual) AS usual, from_on AS habit_from, raised_on AS habit_to, CAST(NULL AS DOUBLE) AS probability
FROM fresh;

DELETE FROM spend_signals WHERE key IN (SELECT key FROM within_signals);
