-- What was decided becomes work of people: an alarm carries the offer to stay, care for a signal the offer of care that answers it,
-- everything else is a cause of its own, in its class. Who is a control or held out gets none, and is counted. Value at stake: what
-- an acceptance brings over the horizon; of what is not weighed in money none. What its words rest on comes once it is chosen (tell.sql).

CREATE OR REPLACE TEMP TABLE proposed AS
SELECT d.customer_id, d.code, d.offer, d.arm, f.channel, f.is_retention, f.action_class, key_of('offer|' || d.code || '|' || f.version_code || f.step || coalesce(w.cause, '')) AS key, f.due_on,
    to_places(d.score, 100) AS score, nearest(coalesce(d.value, 0) * $minor) AS value_at_stake
FROM decided d
JOIN offer_facts f ON f.offer = d.offer AND f.avenue = d.channel
LEFT JOIN cause_of w ON w.customer_id = d.customer_id AND w.offer = d.offer;

CREATE OR REPLACE TEMP TABLE carried AS
SELECT DISTINCT c.customer_id, c.key
FROM candidates c
JOIN proposed o ON o.customer_id = c.customer_id
LEFT JOIN offer_kinds k ON k.offer = o.offer AND k.kind = c.origin
WHERE c.why_not = '' AND o.arm <> 'control' AND ((o.is_retention AND c.origin IN ('spend_drop', 'inactivity'))
    OR (o.action_class = 2 AND c.action_class = 2 AND k.kind IS NOT NULL));

CREATE OR REPLACE TEMP TABLE candidates AS
SELECT c.customer_id, c.action_class, c.origin, c.reason, c.key, c.signal_key, c.channel, c.due_on, c.value_at_stake, c.chance, c.facts,
    c.evidence, c.blocked, CASE WHEN k.customer_id IS NULL THEN c.offer ELSE o.offer END AS offer,
    c.code, c.owner_id, c.team_id, c.is_given, c.score, c.why_not
FROM candidates c
LEFT JOIN carried k ON k.key = c.key
LEFT JOIN proposed o ON o.customer_id = k.customer_id
UNION ALL
SELECT o.customer_id, o.action_class, 'offer', 'offer_chosen', o.key, '', o.channel,
    coalesce(o.due_on, CASE WHEN o.action_class = 1 THEN CAST($due_review AS DATE) WHEN p.tier = 'A' THEN CAST($due_a AS DATE)
        WHEN p.tier = 'B' THEN CAST($due_b AS DATE) ELSE CAST($due_c AS DATE) END),
    o.value_at_stake, 1.0, '{}', '{}', '', o.offer, o.code, coalesce(a.owner_id, p.owner_id),
    CASE WHEN a.owner_id IS NULL THEN p.team_id ELSE a.team_id END, coalesce(a.owner_id IS NOT NULL, FALSE), o.score,
    CASE WHEN o.arm = 'control' THEN 'control' WHEN coalesce(a.is_settled, FALSE) THEN 'answered' ELSE '' END
FROM proposed o
JOIN people p ON p.customer_id = o.customer_id
LEFT JOIN answers a ON a.key = o.key
LEFT JOIN (SELECT DISTINCT customer_id FROM carried) k ON k.customer_id = o.customer_id
WHERE k.customer_id IS NULL
UNION ALL
SELECT p.customer_id, 3, 'offer', 'offer_chosen', '', '', 0, CAST($due_c AS DATE), 0, 0, '{}', '{}', '', '', p.code, p.owner_id, p.team_id,
    FALSE, 0, 'held_out'
FROM deciding k JOIN people p ON p.customer_id = k.customer_id
WHERE k.is_held_out AND NOT k.is_unprofiled;
