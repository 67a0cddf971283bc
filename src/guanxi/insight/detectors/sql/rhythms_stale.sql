-- Whose rhythm is not what the edition kept of the day $before: who changed since (their rows were taken out), and who
-- bought on a day that has come since.

CREATE OR REPLACE TEMP TABLE stale_rhythms AS
SELECT customer_id FROM checks WHERE counted > 0 AND customer_id NOT IN (SELECT customer_id FROM rhythms)
UNION
SELECT customer_id FROM days WHERE is_purchase AND day > $before AND day <= $as_of;

CREATE OR REPLACE TEMP VIEW stale_days AS
SELECT * FROM counted_days WHERE customer_id IN (SELECT customer_id FROM stale_rhythms);
CREATE OR REPLACE TEMP VIEW kept_rhythms AS
SELECT * FROM rhythms WHERE customer_id NOT IN (SELECT customer_id FROM stale_rhythms);
