-- What an offer says of itself in the work it became, or goes with: put together for the chosen alone (`spoken_of`).

CREATE OR REPLACE TEMP TABLE offer_words AS
SELECT d.customer_id, key_of('offer|' || d.code || '|' || f.version_code || f.step || coalesce(w.cause, '')) AS key,
    '{' || f.words || ',"arm":"' || d.arm || '","because":[' || coalesce(b.kinds, '') || ']' || coalesce(',"causes":[' || c.causes || ']', '')
        || CASE WHEN f.action_class < 3 THEN ',"value":null' ELSE ',"p":' || CAST(to_places(d.p, 1000000) AS STRING) || ',"tau":' || CAST(to_places(d.tau, 1000000) AS STRING)
        || ',"value":' || CAST(to_places(d.value, 100) AS STRING) || ',"gain":' || CAST(to_places(d.tau * d.value, 100) AS STRING)
        || ',"context":' || CAST(d.context AS STRING) || ',"lever":' || CAST(d.lever AS STRING)
        || ',"cost":' || CAST(to_places(d.cost, 100) AS STRING) || ',"fatigue":' || CAST(to_places(d.fatigue, 100) AS STRING)
        || ',"price":' || CAST(to_places(d.price, 100) AS STRING) || ',"score":' || CAST(to_places(d.score, 100) AS STRING)
        || ',"score_plain":' || CAST(to_places(d.score_plain, 100) AS STRING) END || ',"lost":[' || coalesce(r.lost, '') || ']'
        || CASE WHEN e.customer_id IS NULL THEN '' ELSE ',"along":[' || e.along || ']' END || '}' AS facts
FROM decided d
JOIN spoken_of s ON s.customer_id = d.customer_id
JOIN offer_facts f ON f.offer = d.offer AND f.avenue = d.channel
LEFT JOIN cause_of w ON w.customer_id = d.customer_id AND w.offer = d.offer
LEFT JOIN (
    SELECT customer_id, offer, joined_of(array_agg(json_text(cause))) AS causes FROM caused GROUP BY customer_id, offer
) c ON c.customer_id = d.customer_id AND c.offer = d.offer
LEFT JOIN runners_up r ON r.customer_id = d.customer_id
LEFT JOIN enclosed e ON e.customer_id = d.customer_id
LEFT JOIN (
    SELECT d.customer_id, joined_of(array_agg(DISTINCT '"' || a.kind || '"')) AS kinds
    FROM decided d
    JOIN spoken_of s ON s.customer_id = d.customer_id
    JOIN alive a ON a.customer_id = d.customer_id
    JOIN offer_kinds o ON o.offer = d.offer AND o.kind = a.kind
    GROUP BY d.customer_id
) b ON b.customer_id = d.customer_id;

CREATE OR REPLACE TEMP TABLE worded AS
SELECT w.customer_id, w.key, CASE WHEN k.key IS NOT NULL THEN substr(w.facts, 1, length(w.facts) - 1) || ',"offer":' || o.facts || '}'
    WHEN o.key = w.key THEN '{"offer":' || o.facts || '}' ELSE w.facts END AS facts
FROM worded w
LEFT JOIN offer_words o ON o.customer_id = w.customer_id
LEFT JOIN carried k ON k.key = w.key;
