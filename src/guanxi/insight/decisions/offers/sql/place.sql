-- One way more: whoever may be reached on it and has no place yet, as far as there is room.

CREATE OR REPLACE TEMP TABLE placed AS
SELECT customer_id, treatment FROM placed
UNION ALL
SELECT customer_id, treatment
FROM (
    SELECT f.customer_id, f.treatment, row_number() OVER (ORDER BY draw_of($salt || 'first|' || d.code), d.code) AS place
    FROM fit f
    JOIN deciding d ON d.customer_id = f.customer_id
    LEFT JOIN placed p ON p.customer_id = f.customer_id
    WHERE f.treatment = $treatment AND p.customer_id IS NULL
) t
WHERE place <= $room;
