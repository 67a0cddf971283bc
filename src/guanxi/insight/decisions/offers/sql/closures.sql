-- What no offer may pass, whatever it is worth: a row a customer, a scope ('' every offer, 'issue:<n>', or a reference) and a reason.
-- Class order (decisioning.md 3.3): while something is owed to somebody or he needs care, nothing is sold to him. An alarm over
-- spending or absence is a talk that an offer to stay may go with, for the best at once, for others once it is sure. What was
-- answered once is not proposed again in the same version.

WITH alarms AS (
    SELECT c.customer_id, min(CASE WHEN c.why_not = '' THEN 0 ELSE 1 END) AS is_aside,
        max(CASE WHEN p.tier = 'A' OR c.reason NOT LIKE '%_alarm' THEN 1 ELSE 0 END) AS is_sure
    FROM candidates c JOIN people p ON p.customer_id = c.customer_id
    WHERE c.origin IN ('spend_drop', 'inactivity') AND c.why_not IN ('', 'not_sure_yet')
    GROUP BY c.customer_id
), other AS (
    SELECT 'issue:' || CAST(issue AS STRING) AS offer FROM offer_facts WHERE NOT is_retention GROUP BY issue
), made AS (
    SELECT DISTINCT offer, version_code, is_retention FROM offer_facts
), answered AS (
    SELECT a.customer_id, f.offer, a.is_settled, a.owner_id IS NOT NULL AS is_given
    FROM answers a
    JOIN people p ON p.customer_id = a.customer_id
    JOIN made f ON key_of('offer|' || p.code || '|' || f.version_code) = a.key
), given AS (
    -- what people handed over stays: the offer itself, or the offer to stay that goes with the alarm
    SELECT customer_id, offer FROM answered WHERE is_given
    UNION
    SELECT c.customer_id, f.offer FROM candidates c CROSS JOIN made f
    WHERE f.is_retention AND c.is_given AND c.why_not = '' AND c.origin IN ('spend_drop', 'inactivity')
    UNION
    -- what is said after a letter belongs to it
    SELECT customer_id, offer FROM steps WHERE is_ripe
)
SELECT DISTINCT customer_id, '' AS offer, 'another_first' AS reason FROM candidates
WHERE why_not = '' AND action_class < 3 AND origin NOT IN ('spend_drop', 'inactivity')
UNION ALL
SELECT a.customer_id, o.offer, 'another_first' FROM alarms a CROSS JOIN other o WHERE a.is_aside = 0
UNION ALL
SELECT customer_id, $to_stay, 'not_sure_yet' FROM alarms WHERE is_sure = 0
UNION ALL
SELECT customer_id, '', 'credit_review_open' FROM in_review
UNION ALL
SELECT q.customer_id, '', 'at_peace' FROM peace q
LEFT JOIN (SELECT DISTINCT customer_id FROM given) g ON g.customer_id = q.customer_id
WHERE g.customer_id IS NULL
UNION ALL
SELECT q.customer_id, f.offer, 'at_peace' FROM peace q
JOIN (SELECT DISTINCT customer_id FROM given) k ON k.customer_id = q.customer_id
CROSS JOIN made f
LEFT JOIN given g ON g.customer_id = q.customer_id AND g.offer = f.offer
WHERE g.customer_id IS NULL
UNION ALL
SELECT DISTINCT a.customer_id, a.offer, 'answered' FROM answered a
LEFT JOIN steps s ON s.customer_id = a.customer_id AND s.offer = a.offer
WHERE a.is_settled AND s.customer_id IS NULL
UNION
SELECT a.customer_id, f.offer, 'answered' FROM answers a JOIN made f ON f.version_code = a.accepted
ORDER BY 1, 2, 3
