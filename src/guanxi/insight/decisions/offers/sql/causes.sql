-- Care is made for a cause: which signals that its rules ask for are alive of whom (`caused`), which of them nobody has answered it
-- for yet (`fresh`), and for which one it would be made (`cause_of`, part of the key of such work). What is sold has no such causes:
-- it is answered once in a version.

CREATE OR REPLACE TEMP TABLE caused AS
SELECT DISTINCT a.customer_id, p.code, f.offer, f.version_code, a.key AS cause
FROM causes_alive a
JOIN offer_kinds k ON k.kind = a.kind
JOIN (SELECT DISTINCT offer, version_code FROM offer_facts WHERE action_class = 2) f ON f.offer = k.offer
JOIN people p ON p.customer_id = a.customer_id;

CREATE OR REPLACE TEMP TABLE fresh AS
SELECT c.customer_id, c.offer, c.cause
FROM caused c
LEFT JOIN (
    SELECT customer_id, about, unnest(causes) AS cause FROM answers WHERE is_settled
) s ON s.customer_id = c.customer_id AND s.about = c.version_code AND s.cause = c.cause
LEFT JOIN (
    SELECT DISTINCT customer_id, signal_key FROM candidates WHERE signal_key <> '' AND why_not IN ('answered', 'explained')
) x ON x.customer_id = c.customer_id AND x.signal_key = c.cause
-- where nobody noted the cause, the answer holds for whatever there is
LEFT JOIN (
    SELECT DISTINCT a.customer_id, a.about FROM answers a
    LEFT JOIN (SELECT key, unnest(causes) AS cause FROM answers) b ON b.key = a.key
    WHERE a.is_settled AND b.key IS NULL
) n ON n.customer_id = c.customer_id AND n.about = c.version_code
WHERE s.cause IS NULL AND x.signal_key IS NULL AND n.about IS NULL;

CREATE OR REPLACE TEMP TABLE cause_of AS
SELECT customer_id, offer, '|' || cause AS cause FROM (
    -- what somebody was handed stays with him; else what is new comes first
    SELECT c.customer_id, c.offer, c.cause, row_number() OVER (
        PARTITION BY c.customer_id, c.offer
        ORDER BY CASE WHEN a.owner_id IS NULL THEN 1 ELSE 0 END, CASE WHEN f.cause IS NULL THEN 1 ELSE 0 END, c.cause) AS place
    FROM caused c
    LEFT JOIN fresh f ON f.customer_id = c.customer_id AND f.offer = c.offer AND f.cause = c.cause
    LEFT JOIN answers a ON a.key = key_of('offer|' || c.code || '|' || c.version_code || '|' || c.cause)
) t WHERE place = 1;
