-- One action a customer, then the day of each owner (or pool) filled best first. The rest wait, and it is said why.
-- What the words of an action rest on is put together afterwards, for the chosen alone: many are weighed, few become work.

CREATE OR REPLACE TEMP TABLE possible AS
SELECT *, row_number() OVER (
    PARTITION BY customer_id
    ORDER BY action_class, CASE WHEN action_class = 1 THEN due_on END, score DESC, key) AS place
FROM candidates WHERE why_not = '';

CREATE OR REPLACE TEMP TABLE ordered AS
SELECT *,
    CAST(row_number() OVER (
        PARTITION BY coalesce(owner_id, 0), CASE WHEN owner_id IS NULL THEN coalesce(team_id, 0) ELSE 0 END
        ORDER BY action_class, CASE WHEN action_class = 1 THEN due_on END, score DESC,
            draw_of('decisions|' || code), code) AS INTEGER) AS rank
FROM possible WHERE place = 1;

-- Promises are kept and what people handed over stays, whatever the capacity.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT * FROM ordered
WHERE action_class = 1 OR is_given
    OR rank <= CASE WHEN owner_id IS NULL THEN $capacity_pool ELSE $capacity END;

-- What else is known of the chosen, for the same page; what was kept of a child for one question is told with no other work.
CREATE OR REPLACE TEMP TABLE beside AS
SELECT p.customer_id, p.key, p.reason, p.facts
FROM possible p JOIN chosen c ON c.customer_id = p.customer_id
WHERE p.place > 1 AND p.origin <> 'child_stage';

CREATE OR REPLACE TEMP TABLE worded AS
SELECT customer_id, key, facts FROM chosen
UNION ALL
SELECT customer_id, key, facts FROM beside;

CREATE OR REPLACE TEMP TABLE decision_rejects AS
SELECT customer_id, origin, reason, key, score, why_not FROM candidates WHERE why_not <> ''
UNION ALL
SELECT o.customer_id, o.origin, o.reason, o.key, o.score, 'no_capacity'
FROM ordered o LEFT JOIN chosen c ON c.key = o.key WHERE c.key IS NULL
UNION ALL
SELECT c.customer_id, c.origin, c.reason, c.key, c.score, 'another_first'
FROM candidates c LEFT JOIN ordered o ON o.key = c.key WHERE c.why_not = '' AND o.key IS NULL
UNION ALL
SELECT customer_id, kind, kind || '_lapsed', key, 0, 'long_gone'
FROM signals WHERE state = 'lapsed' AND occurred_on < $lapsed_from;
