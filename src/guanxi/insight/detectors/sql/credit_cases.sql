-- Credit downshift (decisioning.md 4.7): whose spending collapsed, from the episodes of the spend drop. Compared are the
-- $base months before the fall began with the latest $recent months of it; `highest` is the highest of these.

CREATE OR REPLACE TEMP TABLE credit_cases AS
WITH fallen AS (
    SELECT s.customer_id, c.code, s.state AS spend_state, s.occurred_on, s.at_stake, s.usual, s.habit_from, s.habit_to,
        s.facts AS spent, s.began, CAST(to_places(s.z, 100) AS DOUBLE) AS z,
        first_of_month(s.began - $base) AS base_from,
        last_day(first_of_month(s.began - 1)) AS base_to, first_of_month(greatest(s.began, s.latest - $recent + 1)) AS recent_from,
        last_day(first_of_month(s.latest)) AS recent_to
    FROM spend_signals s
    JOIN customers c ON c.customer_id = s.customer_id
    WHERE s.z <= $z AND s.fallen >= $drop
), highest AS (
    SELECT f.customer_id, f.began, max(m.gross) AS highest
    FROM fallen f JOIN months m ON m.customer_id = f.customer_id AND m.month BETWEEN f.recent_from AND f.recent_to
    GROUP BY f.customer_id, f.began
)
SELECT f.*, coalesce(h.highest, 0) AS highest
FROM fallen f LEFT JOIN highest h ON h.customer_id = f.customer_id AND h.began = f.began
