-- What no offer may pass, whatever it is worth: a row a customer, a scope ('' every offer, 'class:<n>', 'issue:<n>', or a
-- reference) and a reason. Class order (decisioning.md 3.3): while something is owed to somebody or he needs care, nothing is sold
-- to him. An alarm over spending or absence is a talk that an offer to stay may go with, for the best at once, for others once it
-- is sure; care for a signal may bring the offer of care that answers it. What was answered once is not proposed again in the same
-- version; care neither, unless a cause came that it was not answered for (causes.sql). Rest after a contact and a review of credit keep back what is sold and care, never what is owed.

WITH alarms AS (
    SELECT c.customer_id, min(CASE WHEN c.why_not = '' THEN 0 ELSE 1 END) AS is_aside,
        max(CASE WHEN p.tier = 'A' OR c.reason NOT LIKE '%_alarm' THEN 1 ELSE 0 END) AS is_sure
    FROM candidates c JOIN people p ON p.customer_id = c.customer_id
    WHERE c.origin IN ('spend_drop', 'inactivity') AND c.why_not IN ('', 'not_sure_yet')
    GROUP BY c.customer_id
), other AS (
    SELECT 'issue:' || CAST(issue AS STRING) AS offer FROM offer_facts WHERE NOT is_retention AND action_class = 3 GROUP BY issue
), made AS (
    SELECT DISTINCT offer, version_code, is_retention, action_class FROM offer_facts
), answered AS (
    SELECT a.customer_id, f.offer, a.is_settled, a.owner_id IS NOT NULL AS is_given
    FROM answers a
    JOIN people p ON p.customer_id = a.customer_id
    CROSS JOIN made f
    LEFT JOIN cause_of w ON w.customer_id = a.customer_id AND w.offer = f.offer
    WHERE key_of('offer|' || p.code || '|' || f.version_code || coalesce(w.cause, '')) = a.key
), renewed AS (
    -- care for which somebody has a cause that it was not answered for
    SELECT DISTINCT customer_id, offer FROM fresh
), given AS (
    -- what people handed over stays: the offer itself, or the one that goes with the alarm or with the care for a signal
    SELECT customer_id, offer FROM answered WHERE is_given
    UNION
    SELECT c.customer_id, f.offer FROM candidates c CROSS JOIN made f
    LEFT JOIN offer_kinds k ON k.offer = f.offer AND k.kind = c.origin
    WHERE c.is_given AND c.why_not = '' AND ((f.is_retention AND c.origin IN ('spend_drop', 'inactivity'))
        OR (f.action_class = 2 AND c.action_class = 2 AND k.kind IS NOT NULL))
    UNION
    -- what is said after a letter belongs to it
    SELECT customer_id, offer FROM steps WHERE is_ripe
), kept_apart AS (
    SELECT 'class:2' AS offer UNION ALL SELECT 'class:3' AS offer
)
SELECT DISTINCT customer_id, 'class:3' AS offer, 'another_first' AS reason FROM candidates
WHERE why_not = '' AND action_class < 3 AND origin NOT IN ('spend_drop', 'inactivity')
UNION ALL
-- what was promised or is owed comes before care, and before an obligation that has more time
SELECT DISTINCT customer_id, 'class:2', 'care_first' FROM candidates WHERE why_not = '' AND action_class = 1
UNION ALL
SELECT DISTINCT customer_id, 'class:1', 'care_first' FROM candidates
WHERE why_not = '' AND action_class = 1 AND due_on <= $due_review
UNION ALL
-- care for another cause is a talk of its own; of the same cause nothing is asked twice, nor before it is sure
SELECT DISTINCT c.customer_id, f.offer, CASE WHEN c.why_not = '' THEN 'care_first' ELSE c.why_not END
FROM candidates c CROSS JOIN made f
LEFT JOIN offer_kinds k ON k.offer = f.offer AND k.kind = c.origin
LEFT JOIN (SELECT DISTINCT customer_id, offer FROM steps) s ON s.customer_id = c.customer_id AND s.offer = f.offer
LEFT JOIN renewed r ON r.customer_id = c.customer_id AND r.offer = f.offer
WHERE f.action_class = 2 AND c.action_class = 2
    AND CASE WHEN k.kind IS NULL THEN c.why_not = ''
        ELSE (c.why_not = 'answered' AND s.customer_id IS NULL AND r.customer_id IS NULL) OR c.why_not = 'not_sure_yet' END -- the letter was the answer: its call may come
UNION ALL
SELECT a.customer_id, o.offer, 'another_first' FROM alarms a CROSS JOIN other o WHERE a.is_aside = 0
UNION ALL
SELECT customer_id, $to_stay, 'not_sure_yet' FROM alarms WHERE is_sure = 0
UNION ALL
SELECT r.customer_id, a.offer, 'credit_review_open' FROM in_review r CROSS JOIN kept_apart a
UNION ALL
SELECT q.customer_id, a.offer, 'at_peace' FROM peace q CROSS JOIN kept_apart a
LEFT JOIN (SELECT DISTINCT customer_id FROM given) g ON g.customer_id = q.customer_id
WHERE g.customer_id IS NULL
UNION ALL
SELECT q.customer_id, f.offer, 'at_peace' FROM peace q
JOIN (SELECT DISTINCT customer_id FROM given) k ON k.customer_id = q.customer_id
CROSS JOIN made f
LEFT JOIN given g ON g.customer_id = q.customer_id AND g.offer = f.offer
WHERE g.customer_id IS NULL AND f.action_class > 1
UNION ALL
SELECT DISTINCT a.customer_id, a.offer, 'answered' FROM answered a
LEFT JOIN steps s ON s.customer_id = a.customer_id AND s.offer = a.offer
WHERE a.is_settled AND s.customer_id IS NULL
UNION ALL
-- what was to be said after a letter is settled as well
SELECT DISTINCT a.customer_id, f.offer, 'answered' FROM answers a
JOIN people p ON p.customer_id = a.customer_id
JOIN offer_facts f ON f.step <> ''
LEFT JOIN cause_of w ON w.customer_id = a.customer_id AND w.offer = f.offer
WHERE a.is_settled AND key_of('offer|' || p.code || '|' || f.version_code || f.step || coalesce(w.cause, '')) = a.key
UNION ALL
SELECT DISTINCT d.customer_id, f.offer, 'unreached' FROM dialled d
JOIN people p ON p.customer_id = d.customer_id
CROSS JOIN offer_facts f
LEFT JOIN cause_of w ON w.customer_id = d.customer_id AND w.offer = f.offer
WHERE key_of('offer|' || p.code || '|' || f.version_code || f.step || coalesce(w.cause, '')) = d.key
UNION
-- so are all causes of care that were told of together
SELECT w.customer_id, w.offer, 'answered' FROM cause_of w
LEFT JOIN renewed r ON r.customer_id = w.customer_id AND r.offer = w.offer
LEFT JOIN (SELECT DISTINCT customer_id, offer FROM steps) s ON s.customer_id = w.customer_id AND s.offer = w.offer
WHERE r.customer_id IS NULL AND s.customer_id IS NULL
UNION
SELECT a.customer_id, f.offer, 'answered' FROM answers a JOIN made f ON f.version_code = a.accepted
LEFT JOIN cause_of w ON w.customer_id = a.customer_id AND w.offer = f.offer
WHERE w.customer_id IS NULL
UNION
-- a leaflet that went along with another goes out once as well
SELECT a.customer_id, f.offer, 'answered' FROM (SELECT customer_id, unnest(along) AS version_code FROM answers) a
JOIN made f ON f.version_code = a.version_code
LEFT JOIN steps s ON s.customer_id = a.customer_id AND s.offer = f.offer
WHERE s.customer_id IS NULL
ORDER BY 1, 2, 3
