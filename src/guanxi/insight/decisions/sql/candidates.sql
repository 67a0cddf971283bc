-- Everything that could be done for somebody, with why not where it must not be: one row a cause.
-- Classes: 1 promised and owed, 2 care, 3 worth doing (decisioning.md 3.3). Money in minor units a year.

-- What we said we would do by a day. Settled by reaching the customer later, or by agreeing on another day.
CREATE OR REPLACE TEMP TABLE owed AS
WITH talks AS (
    SELECT * FROM conversations WHERE day <= $as_of
), agreed AS (
    SELECT customer_id, follow_up_on AS due_on, max(day) AS day, max(CASE WHEN outcome = $promised THEN 1 ELSE 0 END) AS promised
    FROM talks
    WHERE follow_up_on BETWEEN $owed_from AND $owed_until
    GROUP BY customer_id, follow_up_on
), settled AS (
    SELECT DISTINCT a.customer_id, a.due_on
    FROM agreed a
    JOIN talks t ON t.customer_id = a.customer_id AND t.day > a.day
    WHERE t.follow_up_on IS NOT NULL OR (t.direction = $outward AND t.outcome <> $no_answer)
)
SELECT a.* FROM agreed a LEFT JOIN settled s ON s.customer_id = a.customer_id AND s.due_on = a.due_on
WHERE s.customer_id IS NULL;

-- Signals that may be a cause today: who lapsed long ago is a matter of winning back.
CREATE OR REPLACE TEMP TABLE causes AS
SELECT * FROM signals
WHERE kind IN ('spend_drop', 'inactivity')
    AND (state IN ('alarm', 'confirmed') OR (state = 'lapsed' AND occurred_on >= $lapsed_from));

-- Whose credit a person is to look at (4.7): until that is over, nobody gives an incentive to stay (RSK-05).
CREATE OR REPLACE TEMP TABLE credit_reviews AS
SELECT s.* FROM signals s LEFT JOIN silenced x ON x.key = s.key
WHERE s.kind = 'credit_downshift' AND s.state IN ('watch', 'alarm', 'confirmed') AND x.key IS NULL;

-- … and whose case runs on after a person has decided: told, or under appeal.
CREATE OR REPLACE TEMP TABLE in_review AS
SELECT customer_id FROM credit_reviews UNION SELECT customer_id FROM reviewed;

-- What the habit brings in a year: spend a month of the signal x 12 x the margin of the days it rests on.
CREATE OR REPLACE TEMP TABLE habits AS
SELECT s.key, greatest(0, coalesce(sum(d.margin) / nullif(sum(d.gross), 0), 0)) AS rate
FROM causes s
LEFT JOIN days d ON d.customer_id = s.customer_id AND d.day BETWEEN s.habit_from AND s.habit_to
GROUP BY s.key;

CREATE OR REPLACE TEMP TABLE people AS
-- who allows no advice from own data is of no tier and no value here: served like everybody in the middle
SELECT c.customer_id, c.code, c.owner_id, c.team_id,
    CASE WHEN u.customer_id IS NOT NULL THEN 0 ELSE coalesce(e.value, 0) END AS value,
    CASE WHEN u.customer_id IS NULL THEN e.loss_risk END AS loss_risk,
    CASE WHEN u.customer_id IS NOT NULL THEN 'B' WHEN coalesce(e.tier, c.tier) = 1 THEN 'A'
        WHEN coalesce(e.tier, c.tier) = 3 THEN 'C' ELSE 'B' END AS tier,
    -- of tier B itself, and a customer: in the record's own words stage 3, 5 a regained one; who lapsed, as this run sees it and not as
    -- the last one showed it, is a matter of winning back
    u.customer_id IS NULL AND coalesce(e.tier, c.tier) = 2 AND c.stage IN (3, 5) AND g.customer_id IS NULL AS is_middle
FROM customers c
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN unprofiled u ON u.customer_id = c.customer_id
LEFT JOIN (
    SELECT DISTINCT s.customer_id FROM signals s LEFT JOIN silenced x ON x.key = s.key WHERE s.state = 'lapsed' AND x.key IS NULL
) g ON g.customer_id = c.customer_id;

-- Nobody is contacted again soon after a contact, nor before the day people named.
CREATE OR REPLACE TEMP TABLE peace AS
SELECT customer_id, TRUE AS is_resting FROM answers
WHERE days_after(done_on, $rest_days) > $as_of OR again_on > $as_of
GROUP BY customer_id;

CREATE OR REPLACE TEMP TABLE candidates AS
WITH promises AS (
    SELECT p.customer_id, 1 AS action_class, 'follow_up' AS origin,
        CASE WHEN o.promised = 1 THEN 'promise_due' ELSE 'follow_up_due' END AS reason,
        key_of('follow_up|' || p.code || '|' || CAST(o.due_on AS STRING)) AS key, '' AS signal_key,
        $call AS channel, o.due_on, p.value AS value_at_stake, 1.0 AS chance,
        '{"day":"' || CAST(o.day AS STRING) || '","due":"' || CAST(o.due_on AS STRING) || '"}' AS facts,
        '{"table":"conversations","customer_id":' || CAST(p.customer_id AS STRING) || ',"from":"' || CAST(o.day AS STRING)
            || '","to":"' || CAST(o.day AS STRING) || '","measure":"follow_up","given":{},"figures":{"due":"'
            || CAST(o.due_on AS STRING) || '"}}' AS evidence,
        '' AS blocked
    FROM owed o JOIN people p ON p.customer_id = o.customer_id
), complaints AS (
    -- put right before anything is sold; with any other sign of leaving it is a case of recovery (RET-08). It is owed until it is
    -- solved: work about it that people are done with before that comes back
    SELECT p.customer_id, 1 AS action_class, 'complaint' AS origin,
        CASE WHEN g.customer_id IS NOT NULL THEN 'complaint_recovery' ELSE 'complaint_open' END AS reason,
        key_of('complaint|' || z.code || CASE WHEN w.times IS NULL THEN '' ELSE '|' || CAST(w.times AS STRING) END) AS key, '' AS signal_key, $call AS channel, CAST($due_review AS DATE) AS due_on,
        greatest(p.value, 0) AS value_at_stake, 1.0 AS chance, '{"day":"' || CAST(z.since_on AS STRING) || '","complaint":"' || z.code || '"}' AS facts,
        '{"table":"suppressions","customer_id":' || CAST(p.customer_id AS STRING) || ',"from":"' || CAST(z.since_on AS STRING)
            || '","to":"' || CAST(z.since_on AS STRING) || '","measure":"complaint","given":{},"figures":{}}' AS evidence, '' AS blocked
    FROM spared z JOIN people p ON p.customer_id = z.customer_id
    LEFT JOIN signs g ON g.customer_id = z.customer_id
    LEFT JOIN (SELECT customer_id, complaint, count(*) AS times FROM answers WHERE complaint IS NOT NULL GROUP BY customer_id, complaint) w
        ON w.customer_id = z.customer_id AND w.complaint = z.code
    WHERE z.why = 'complaint'
), credit AS (
    SELECT p.customer_id, 1 AS action_class, s.kind AS origin, s.kind || '_' || s.state AS reason,
        key_of(s.key || '|' || s.state) AS key, s.key AS signal_key, $call AS channel, CAST($due_review AS DATE) AS due_on, 0 AS value_at_stake, s.probability AS chance,
        substr(s.facts, 1, length(s.facts) - 1) || ',"limit":' || coalesce(CAST(l."limit" AS STRING), 'null')
            || ',"limit_new":' || coalesce(CAST(l.limit_new AS STRING), 'null') || '}' AS facts,
        s.evidence, CASE WHEN u.customer_id IS NOT NULL THEN 'not_profiled' ELSE '' END AS blocked
    FROM credit_reviews s
    JOIN people p ON p.customer_id = s.customer_id
    LEFT JOIN limits l ON l.customer_id = s.customer_id
    LEFT JOIN unprofiled u ON u.customer_id = s.customer_id
), deposits AS (
    -- money that leaves is a matter of care; money that piles up of a talk about what would suit, without a sale (LEV-09)
    SELECT p.customer_id, 2 AS action_class, s.kind AS origin, s.kind || '_' || s.state AS reason,
        key_of(s.key || '|' || s.state) AS key, s.key AS signal_key,
        CASE WHEN p.tier = 'C' THEN $message ELSE $call END AS channel,
        CASE WHEN s.kind = 'balance_runoff' AND p.tier = 'A' THEN CAST($due_a AS DATE)
            WHEN s.kind = 'balance_runoff' AND p.tier = 'B' THEN CAST($due_b AS DATE) ELSE CAST($due_c AS DATE) END AS due_on,
        CASE WHEN s.kind = 'balance_runoff' THEN greatest(p.value, 0) ELSE 0 END AS value_at_stake, s.probability AS chance,
        s.facts, s.evidence,
        CASE WHEN u.customer_id IS NOT NULL THEN 'not_profiled'
            -- the talk is about the test: whose test holds may be offered what fits it
            WHEN s.kind = 'savings_accumulating' AND s.customer_id IN (SELECT customer_id FROM sure_of_risk) THEN 'tested'
            WHEN s.customer_id IN (SELECT customer_id FROM in_review) THEN 'credit_review_open'
            WHEN p.tier = 'C' AND s.state = 'alarm' THEN 'not_sure_yet' ELSE '' END AS blocked
    FROM signals s
    JOIN people p ON p.customer_id = s.customer_id
    LEFT JOIN unprofiled u ON u.customer_id = s.customer_id
    WHERE (s.kind = 'balance_runoff' AND s.state IN ('alarm', 'confirmed'))
        OR (s.kind = 'savings_accumulating' AND s.state = 'hypothesised')
), care AS (
    SELECT p.customer_id, 2 AS action_class, s.kind AS origin,
        s.kind || '_' || s.state AS reason, key_of(s.key || '|' || s.state) AS key, s.key AS signal_key,
        -- A is called on an alarm, B gets a gentle message first and a call once it is sure, C a message then.
        CASE WHEN p.tier = 'A' OR (p.tier = 'B' AND s.state <> 'alarm') THEN $call ELSE $message END AS channel,
        CASE p.tier WHEN 'A' THEN CAST($due_a AS DATE) WHEN 'B' THEN CAST($due_b AS DATE) ELSE CAST($due_c AS DATE) END AS due_on,
        nearest(s.usual * 12 * h.rate) AS value_at_stake, s.probability AS chance,
        substr(s.facts, 1, length(s.facts) - 1) || ',"rate":' || CAST(to_places(h.rate, 1000000) AS STRING) || '}' AS facts,
        s.evidence,
        -- advice from own data only for whom it is allowed (IDC-03, PIPL 24)
        CASE WHEN u.customer_id IS NOT NULL THEN 'not_profiled'
            WHEN s.customer_id IN (SELECT customer_id FROM in_review) THEN 'credit_review_open'
            WHEN p.tier = 'C' AND s.state = 'alarm' THEN 'not_sure_yet' ELSE '' END AS blocked
    FROM causes s
    JOIN habits h ON h.key = s.key
    JOIN people p ON p.customer_id = s.customer_id
    LEFT JOIN unprofiled u ON u.customer_id = s.customer_id
), renewals AS (
    -- whoever of A and B is more likely to leave than to stay is cared for, and given no discount for it (DSS-03)
    SELECT p.customer_id, CASE WHEN p.is_leaving THEN 2 ELSE 3 END AS action_class, 'renewal' AS origin,
        CASE WHEN p.is_leaving THEN 'renewal_care' ELSE 'renewal_due' END AS reason,
        key_of('renewal|' || p.code || '|' || CAST(h.holding_id AS STRING) || '|' || CAST(h.renewal_on AS STRING)) AS key,
        '' AS signal_key, CASE WHEN p.tier = 'C' THEN $message ELSE $call END AS channel,
        least(h.renewal_on, CAST($due_b AS DATE)) AS due_on, p.value AS value_at_stake,
        CASE WHEN p.is_leaving THEN p.loss_risk ELSE $renewal_chance END AS chance,
        '{"holding":' || json_text(coalesce(nullif(h.reference, ''), r.name, '')) || ',"day":"'
            || CAST(h.renewal_on AS STRING) || '"' || CASE WHEN p.is_leaving THEN ',"risk":' || CAST(to_places(p.loss_risk, 100) AS STRING)
            ELSE '' END || '}' AS facts,
        '{"table":"holdings","customer_id":' || CAST(p.customer_id AS STRING) || ',"from":"' || CAST(h.renewal_on AS STRING)
            || '","to":"' || CAST(h.renewal_on AS STRING) || '","measure":"renewal","given":{},"figures":{"renewal_on":"'
            || CAST(h.renewal_on AS STRING) || '"}}' AS evidence,
        CASE WHEN h.holding_id IN (SELECT holding_id FROM notices) THEN 'under_notice' ELSE '' END AS blocked
    FROM holdings h
    JOIN (SELECT *, coalesce(tier <> 'C' AND loss_risk > 0.5, FALSE) AS is_leaving FROM people) p ON p.customer_id = h.customer_id
    LEFT JOIN products r ON r.product_id = h.product_id
    WHERE h.status = $open AND h.renewal_on > $as_of AND h.renewal_on <= $renewals_until
), endings AS (
    -- a notice of ours has run out: a person closes the contract, or nothing does (SEG-03); ticked off and not closed, it comes back
    SELECT p.customer_id, 1 AS action_class, 'ending' AS origin, 'notice_over' AS reason,
        key_of('ending|' || CAST(n.notice AS STRING) || '|' || CAST(CAST(floor(days_between(n.ends_on, days_after($as_of, 1)) / 30) AS INTEGER) AS STRING)) AS key, '' AS signal_key, $call AS channel, n.ends_on AS due_on, 0 AS value_at_stake, 1.0 AS chance,
        '{"holding":' || json_text(n.words) || ',"day":"' || CAST(n.ends_on AS STRING) || '"}' AS facts, '{}' AS evidence, '' AS blocked
    FROM notices n JOIN people p ON p.customer_id = n.customer_id WHERE n.ends_on <= days_after($as_of, 1)
), growing AS (
    -- a child that its guardian allowed us to keep enters a stage: the parent is asked whether reminders are welcome, and no more
    SELECT p.customer_id, 2 AS action_class, 'child_stage' AS origin, 'child_stage' AS reason, key_of('child|' || CAST(g.child_id AS STRING) || '|' || CAST(g.stage AS STRING)) AS key, '' AS signal_key,
        CASE WHEN p.tier = 'C' THEN $message ELSE $call END AS channel, CAST($due_c AS DATE) AS due_on, 0 AS value_at_stake, 1.0 AS chance,
        '{"stage":' || CAST(g.stage AS STRING) || ',"month":"' || CAST(g.entered_on AS STRING) || '"}' AS facts,
        '{"table":"children","customer_id":' || CAST(p.customer_id AS STRING) || ',"from":"' || CAST(g.entered_on AS STRING)
            || '","to":"' || CAST(g.entered_on AS STRING) || '","measure":"stage","given":{},"figures":{}}' AS evidence,
        CASE WHEN u.customer_id IS NOT NULL THEN 'not_profiled'
            WHEN p.customer_id IN (SELECT customer_id FROM spared) THEN 'spared' ELSE '' END AS blocked
    FROM growing_up g JOIN people p ON p.customer_id = g.customer_id
    LEFT JOIN unprofiled u ON u.customer_id = g.customer_id
), everything AS (
    SELECT * FROM promises UNION ALL SELECT * FROM complaints UNION ALL SELECT * FROM credit UNION ALL SELECT * FROM deposits UNION ALL SELECT * FROM care UNION ALL SELECT * FROM renewals UNION ALL SELECT * FROM growing UNION ALL SELECT * FROM endings
)
SELECT e.*, '' AS offer, p.code, coalesce(a.owner_id, p.owner_id) AS owner_id,
    CASE WHEN a.owner_id IS NULL THEN p.team_id ELSE a.team_id END AS team_id,
    coalesce(a.owner_id IS NOT NULL, FALSE) AS is_given,
    -- of cases for the review of credit those come first that something else supports (4.7)
    to_places(e.value_at_stake * e.chance / $minor, 100)
        + CASE WHEN e.origin = 'credit_downshift' AND e.facts LIKE '%"signs":%' THEN 1 ELSE 0 END AS score,
    CASE WHEN coalesce(a.is_settled, FALSE) THEN 'answered'
        WHEN x.key IS NOT NULL THEN 'explained'
        WHEN e.blocked <> '' THEN e.blocked
        WHEN e.action_class = 3 AND z.customer_id IS NOT NULL THEN z.reason
        WHEN e.action_class > 1 AND coalesce(q.is_resting, FALSE) AND a.owner_id IS NULL THEN 'at_peace'
        ELSE '' END AS why_not
FROM everything e
JOIN people p ON p.customer_id = e.customer_id
LEFT JOIN answers a ON a.key = e.key
LEFT JOIN silenced x ON x.key = e.signal_key
LEFT JOIN peace q ON q.customer_id = e.customer_id
LEFT JOIN (
    SELECT customer_id, max(CASE why WHEN 'complaint' THEN 'complaint_open' WHEN 'solved' THEN 'complaint_rest' ELSE 'abuse_review' END) AS reason
    FROM spared WHERE why <> 'vulnerable' GROUP BY customer_id
) z ON z.customer_id = e.customer_id;
