-- The price of one resource where no other limited one can be had: the advantage of the first in line for whom nothing is left.
-- Who is kept as a control stands in the line (`sides`) but uses nothing up: he is compared with those who were admitted as he
-- would be.

WITH line AS (
    SELECT CAST(floor(ahead / use) AS BIGINT) AS advantage,
        sum(CASE WHEN is_control THEN 0 ELSE use END) OVER (
            ORDER BY ahead / use DESC, draw, customer_id ROWS UNBOUNDED PRECEDING) AS used
    FROM sides
)
SELECT coalesce(max(CASE WHEN used > $units THEN advantage END), 0) AS price FROM line
