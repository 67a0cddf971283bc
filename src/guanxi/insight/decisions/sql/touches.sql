-- Who of tier B nobody has spoken with in this quarter is to be asked once how he is (SEG-03): care, no sale. Any contact of the
-- quarter is the touch: another talk that stands for him today comes instead of it. The lines of the contact policy hold for it, too,
-- as their counters will stand on the day on which somebody calls (profile/sql/contacts.sql).

CREATE OR REPLACE TEMP TABLE untouched AS
SELECT p.customer_id, p.code, t.last_reached AS last_on, key_of('touch|' || p.code || '|' || CAST($quarter AS STRING)) AS key,
    coalesce(a.owner_id, p.owner_id) AS owner_id, CASE WHEN a.owner_id IS NULL THEN p.team_id ELSE a.team_id END AS team_id,
    coalesce(a.owner_id IS NOT NULL, FALSE) AS is_given,
    CASE WHEN coalesce(a.is_settled, FALSE) THEN 'answered'
        WHEN p.customer_id IN (SELECT customer_id FROM candidates WHERE why_not = '') THEN 'another_first'
        WHEN p.customer_id IN (SELECT customer_id FROM in_review) THEN 'credit_review_open'
        WHEN p.customer_id IN (SELECT customer_id FROM spared) THEN 'spared'
        WHEN q.customer_id IS NOT NULL AND a.owner_id IS NULL THEN 'at_peace'
        WHEN coalesce(t.units_30, 0) + 4 > $pressure OR coalesce(t.touches_7, 0) >= $a_week OR coalesce(t.touches_1, 0) >= $a_day
            THEN 'pressure'
        WHEN coalesce(t.calls_30, 0) >= $calls THEN 'called_lately' ELSE '' END AS why_not
FROM people p
LEFT JOIN feature_contacts t ON t.customer_id = p.customer_id
LEFT JOIN answers a ON a.key = key_of('touch|' || p.code || '|' || CAST($quarter AS STRING))
LEFT JOIN peace q ON q.customer_id = p.customer_id
LEFT JOIN (SELECT DISTINCT customer_id FROM answers WHERE met_on >= $quarter) m ON m.customer_id = p.customer_id
WHERE p.is_middle AND m.customer_id IS NULL AND (t.last_reached IS NULL OR t.last_reached < $quarter);

-- As many a person and day as it takes to come round by the end of the quarter, and no more than his part of the day's lines. In
-- one order for the whole quarter, so that who is on a list stays there until somebody has spoken with him.
CREATE OR REPLACE TEMP TABLE in_turn AS
SELECT customer_id, is_given, row_number() OVER (PARTITION BY owner, pool, is_given ORDER BY draw, code) AS turn,
    least(CAST(ceil(waiting / CAST($days_left AS DOUBLE)) AS BIGINT), CASE WHEN owner = 0 THEN $most_pool ELSE $most END) AS turns
FROM (
    SELECT customer_id, code, is_given, draw_of('touch|' || CAST($quarter AS STRING) || '|' || code) AS draw, coalesce(owner_id, 0) AS owner,
        CASE WHEN owner_id IS NULL THEN coalesce(team_id, 0) ELSE 0 END AS pool,
        count(*) OVER (PARTITION BY coalesce(owner_id, 0), CASE WHEN owner_id IS NULL THEN coalesce(team_id, 0) ELSE 0 END) AS waiting
    FROM untouched WHERE why_not = ''
) w;

INSERT INTO candidates
SELECT n.customer_id, 2, 'touch', 'quarterly_touch', n.key, '', $call, CAST($due AS DATE), 0, 1.0,
    '{"quarter":"' || CAST($quarter AS STRING) || '","last":' || coalesce('"' || CAST(n.last_on AS STRING) || '"', 'null')
        || CASE WHEN v.customer_id IS NULL AND u.customer_id IS NULL THEN ',"survey":true' ELSE '' END || '}',
    CASE WHEN n.last_on IS NULL THEN '{}' ELSE '{"table":"conversations","customer_id":' || CAST(n.customer_id AS STRING) || ',"from":"'
        || CAST(n.last_on AS STRING) || '","to":"' || CAST(n.last_on AS STRING)
        || '","measure":"last_contact","given":{},"figures":{"last":"' || CAST(n.last_on AS STRING) || '"}}' END,
    '', '', n.code, n.owner_id, n.team_id, n.is_given, 0, n.why_not
FROM untouched n
LEFT JOIN in_turn t ON t.customer_id = n.customer_id
LEFT JOIN (SELECT DISTINCT customer_id FROM surveys WHERE asked_on > days_after($on, -$between)) v ON v.customer_id = n.customer_id
LEFT JOIN unasked u ON u.customer_id = n.customer_id
WHERE n.why_not <> '' OR n.is_given OR t.turn <= t.turns;
