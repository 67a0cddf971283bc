-- Whose tier or state is another than the last edition showed; a first tier or state is no move. The cause of a move between tiers
-- (record.standing.choices.Cause): what the customer brought in a year, beyond a twentieth of what he brought in the year that ended
-- $back days earlier, or, where these tell nothing, what people saw of his value; else only the places of others. A tier is left after
-- two monthly runs outside of it, so that what a night changes explains no move. 5 where the firm has drawn the lines between tiers anew.

WITH moved AS (
    SELECT s.customer_id, s.tier AS was, r.tier AS becomes, r.state, r.value, c.value AS seen
    FROM shown s JOIN standing_rows r ON r.customer_id = s.customer_id JOIN customers c ON c.customer_id = s.customer_id
    WHERE s.tier <> r.tier AND s.tier <> 9
), dealt AS (
    SELECT m.customer_id, sum(CASE WHEN d.counted_on > days_after($as_of, -365) THEN d.worth ELSE 0 END) AS now,
        sum(CASE WHEN d.counted_on <= days_after($as_of, -$back) THEN d.worth ELSE 0 END) AS before
    FROM moved m JOIN earned d ON d.customer_id = m.customer_id
    WHERE d.counted_on > days_after($as_of, -365 - $back) AND d.counted_on <= $as_of GROUP BY m.customer_id
), brought AS (
    SELECT m.*, coalesce(d.now, 0) AS now, coalesce(d.before, 0) AS before
    FROM moved m LEFT JOIN dealt d ON d.customer_id = m.customer_id
)
SELECT customer_id, 'tier' AS field, was AS "old", becomes AS "new",
    CAST(CASE
        WHEN CAST($redrawn AS INTEGER) = 1 THEN 5
        WHEN becomes > was AND state = 4 THEN 3
        WHEN becomes > was AND (now < before - abs(before) * 0.05 OR value < seen - abs(seen) * 0.05) THEN 2
        WHEN becomes < was AND (now > before + abs(before) * 0.05 OR value > seen + abs(seen) * 0.05) THEN 1
        ELSE 4 END AS SMALLINT) AS cause
FROM brought
UNION ALL
SELECT s.customer_id, 'state', s.state, r.state, CAST(0 AS SMALLINT)
FROM shown s JOIN standing_rows r ON r.customer_id = s.customer_id
WHERE s.state <> r.state AND s.state <> 0
ORDER BY 1, 2
