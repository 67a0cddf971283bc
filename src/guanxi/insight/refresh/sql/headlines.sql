-- Whose head row shows something else than this edition. The value is rounded to three figures and left alone within two
-- per cent: what changes daily by a trifle would rewrite every head row and its six indexes.

SELECT customer_id, tier, state, value
FROM (
    SELECT r.customer_id, r.tier, r.state,
        CASE WHEN abs(r.value) < 1000 THEN r.value ELSE CAST(
            round(r.value / power(10.0, length(CAST(abs(r.value) AS VARCHAR)) - 3))
            * power(10.0, length(CAST(abs(r.value) AS VARCHAR)) - 3) AS BIGINT) END AS value
    FROM standing_rows r
) h
WHERE EXISTS (
    SELECT 1 FROM customers c
    WHERE c.customer_id = h.customer_id AND (c.tier <> h.tier OR c.state <> h.state OR abs(c.value - h.value) > abs(h.value) * 0.02)
)
ORDER BY customer_id
