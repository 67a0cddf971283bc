-- One action a customer, then the day of each owner (or pool) filled best first. The rest wait, and it is said why.

CREATE OR REPLACE TEMP TABLE ordered AS
WITH possible AS (
    SELECT *, row_number() OVER (
        PARTITION BY customer_id
        ORDER BY action_class, CASE WHEN action_class = 1 THEN due_on END, score DESC, key) AS place
    FROM candidates WHERE why_not = ''
), known AS (
    -- what else is known of the customer, as words for the same page
    SELECT customer_id, joined_of(array_agg('{"reason":"' || reason || '",' || substr(facts, 2))) AS also
    -- what was kept of a child for one question is told with no other work
    FROM possible WHERE place > 1 AND origin <> 'child_stage'
    GROUP BY customer_id
)
SELECT p.*, coalesce(k.also, '') AS also,
    CAST(row_number() OVER (
        PARTITION BY coalesce(p.owner_id, 0), CASE WHEN p.owner_id IS NULL THEN coalesce(p.team_id, 0) ELSE 0 END
        ORDER BY p.action_class, CASE WHEN p.action_class = 1 THEN p.due_on END, p.score DESC,
            draw_of('decisions|' || p.code), p.code) AS INTEGER) AS rank
FROM possible p LEFT JOIN known k ON k.customer_id = p.customer_id
WHERE p.place = 1;

-- Promises are kept and what people handed over stays, whatever the capacity.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT * FROM ordered
WHERE action_class = 1 OR is_given
    OR rank <= CASE WHEN owner_id IS NULL THEN $capacity_pool ELSE $capacity END;

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
