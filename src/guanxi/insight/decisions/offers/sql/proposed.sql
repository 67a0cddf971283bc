-- What arbitration decided becomes work of people: an alarm carries the offer to stay, everything else is a cause of its own, of
-- class 3. Who is a control or held out gets none, and is counted. Value at stake: what an acceptance brings over the horizon.

CREATE OR REPLACE TEMP TABLE runners_up AS
WITH best AS (
    -- each other offer that passed every gate, on the way on which it is worth most
    SELECT v.customer_id, w.code AS offer, max(v.net - l.price) AS score, max_by(v.is_sure, v.net - l.price) AS is_sure
    FROM valued v
    JOIN treatments w ON w.treatment = v.treatment
    JOIN lanes l ON l.lane = v.lane
    JOIN decided d ON d.customer_id = v.customer_id
    WHERE v.why = 0 AND w.code <> d.offer
    GROUP BY v.customer_id, w.code
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY score DESC, offer) AS place FROM best
)
SELECT b.customer_id, joined_of(array_agg('{"place":' || CAST(b.place AS STRING) || ',"reference":' || json_text(b.offer) || ',"name":' || n.name
    || ',"reason":"' || CASE WHEN NOT b.is_sure THEN 'not_sure_enough' WHEN b.score <= 0 THEN 'not_worth_it'
        WHEN bucket_of(p.salt || 'control|' || b.offer || '|' || d.code) < w.control_below THEN 'control' ELSE 'another_first' END
    || '","score":' || CAST(to_places(b.score / 1000000.0, 100) AS STRING) || '}')) AS lost
FROM placed b
JOIN decided d ON d.customer_id = b.customer_id
JOIN (SELECT DISTINCT code, control_below FROM treatments) w ON w.code = b.offer
JOIN (SELECT DISTINCT offer, name FROM offer_facts) n ON n.offer = b.offer
CROSS JOIN policy p
WHERE b.place <= 3
GROUP BY b.customer_id;

-- With the leaflet that was decided on go the next best ones, as many as the policy lets into one statement (LEV-07).
CREATE OR REPLACE TEMP TABLE enclosed AS
SELECT customer_id, joined_of(array_agg('{' || words || '}')) AS along
FROM (
    SELECT v.customer_id, f.words, row_number() OVER (PARTITION BY v.customer_id ORDER BY v.net - l.price DESC, f.offer) AS place
    FROM valued v
    JOIN treatments w ON w.treatment = v.treatment
    JOIN lanes l ON l.lane = v.lane
    JOIN decided d ON d.customer_id = v.customer_id
    JOIN offer_facts m ON m.offer = d.offer AND m.avenue = d.channel AND m.is_leaflet
    JOIN offer_facts f ON f.offer = w.code AND f.avenue = w.channel AND f.is_leaflet
    CROSS JOIN policy p
    WHERE v.why = 0 AND w.code <> d.offer AND v.is_sure AND v.net - l.price > 0 AND d.arm <> 'control'
        AND bucket_of(p.salt || 'control|' || w.code || '|' || d.code) >= w.control_below
) t
WHERE place < $leaflets
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE proposed AS
SELECT d.customer_id, d.code, d.offer, d.arm, f.channel, f.is_retention, key_of('offer|' || d.code || '|' || f.version_code || f.step) AS key, f.due_on,
    to_places(d.score, 100) AS score, nearest(d.value * $minor) AS value_at_stake,
    '{' || f.words || ',"arm":"' || d.arm || '","because":[' || coalesce(b.kinds, '') || ']'
        || ',"p":' || CAST(to_places(d.p, 1000000) AS STRING) || ',"tau":' || CAST(to_places(d.tau, 1000000) AS STRING)
        || ',"value":' || CAST(to_places(d.value, 100) AS STRING) || ',"gain":' || CAST(to_places(d.tau * d.value, 100) AS STRING)
        || ',"context":' || CAST(d.context AS STRING) || ',"lever":' || CAST(d.lever AS STRING)
        || ',"cost":' || CAST(to_places(d.cost, 100) AS STRING) || ',"fatigue":' || CAST(to_places(d.fatigue, 100) AS STRING)
        || ',"price":' || CAST(to_places(d.price, 100) AS STRING) || ',"score":' || CAST(to_places(d.score, 100) AS STRING)
        || ',"score_plain":' || CAST(to_places(d.score_plain, 100) AS STRING) || ',"lost":[' || coalesce(r.lost, '') || ']'
        || CASE WHEN e.customer_id IS NULL THEN '' ELSE ',"along":[' || e.along || ']' END || '}' AS facts
FROM decided d
JOIN offer_facts f ON f.offer = d.offer AND f.avenue = d.channel
LEFT JOIN runners_up r ON r.customer_id = d.customer_id
LEFT JOIN enclosed e ON e.customer_id = d.customer_id
LEFT JOIN (
    SELECT d.customer_id, joined_of(array_agg(DISTINCT '"' || a.kind || '"')) AS kinds
    FROM decided d
    JOIN alive a ON a.customer_id = d.customer_id
    JOIN offer_kinds o ON o.offer = d.offer AND o.kind = a.kind
    GROUP BY d.customer_id
) b ON b.customer_id = d.customer_id;

CREATE OR REPLACE TEMP TABLE carried AS
SELECT DISTINCT c.customer_id
FROM candidates c JOIN proposed o ON o.customer_id = c.customer_id
WHERE c.why_not = '' AND c.origin IN ('spend_drop', 'inactivity') AND o.is_retention AND o.arm <> 'control';

CREATE OR REPLACE TEMP TABLE candidates AS
SELECT c.customer_id, c.action_class, c.origin, c.reason, c.key, c.signal_key, c.channel, c.due_on, c.value_at_stake, c.chance,
    CASE WHEN k.customer_id IS NULL THEN c.facts
        ELSE substr(c.facts, 1, length(c.facts) - 1) || ',"offer":' || o.facts || '}' END AS facts,
    c.evidence, c.blocked, CASE WHEN k.customer_id IS NULL THEN c.offer ELSE o.offer END AS offer,
    c.code, c.owner_id, c.team_id, c.is_given, c.score, c.why_not
FROM candidates c
LEFT JOIN carried k ON k.customer_id = c.customer_id AND c.why_not = '' AND c.origin IN ('spend_drop', 'inactivity')
LEFT JOIN proposed o ON o.customer_id = k.customer_id
UNION ALL
SELECT o.customer_id, 3, 'offer', 'offer_chosen', o.key, '', o.channel,
    coalesce(o.due_on, CASE p.tier WHEN 'A' THEN CAST($due_a AS DATE) WHEN 'B' THEN CAST($due_b AS DATE) ELSE CAST($due_c AS DATE) END),
    o.value_at_stake, 1.0, '{"offer":' || o.facts || '}', '{}', '', o.offer, o.code, coalesce(a.owner_id, p.owner_id),
    CASE WHEN a.owner_id IS NULL THEN p.team_id ELSE a.team_id END, coalesce(a.owner_id IS NOT NULL, FALSE), o.score,
    CASE WHEN o.arm = 'control' THEN 'control' WHEN coalesce(a.is_settled, FALSE) THEN 'answered' ELSE '' END
FROM proposed o
JOIN people p ON p.customer_id = o.customer_id
LEFT JOIN answers a ON a.key = o.key
LEFT JOIN carried k ON k.customer_id = o.customer_id
WHERE k.customer_id IS NULL
UNION ALL
SELECT p.customer_id, 3, 'offer', 'offer_chosen', '', '', 0, CAST($due_c AS DATE), 0, 0, '{}', '{}', '', '', p.code, p.owner_id, p.team_id,
    FALSE, 0, 'held_out'
FROM deciding k JOIN people p ON p.customer_id = k.customer_id
WHERE k.is_held_out AND NOT k.is_unprofiled;
