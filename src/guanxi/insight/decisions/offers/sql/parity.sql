-- Who might have had an offer to stay: with an alarm, and as a loyal peer of the same tiers. `met` has a row a customer of the last
-- run; `given` a row a customer who accepted it in the quarter, who counts on his side whatever he is today.

WITH people AS (
    SELECT coalesce(m.tier, '') AS tier, g.customer_id IS NOT NULL AS is_given,
        coalesce(g.is_alarmed, m.meets_all AND m.is_alarmed, FALSE) AS is_alarmed,
        coalesce(m.meets_shared AND NOT m.is_alarmed AND m.is_customer, FALSE) AS is_like_them
    FROM met m FULL JOIN given g ON g.customer_id = m.customer_id
), tiers AS (
    SELECT DISTINCT tier FROM people WHERE is_alarmed AND tier <> ''
), counted AS (
    -- while nobody has an alarm, everybody who meets the rest is a peer
    SELECT p.*, t.tier IS NOT NULL OR NOT EXISTS (SELECT 1 FROM tiers) AS is_of_tiers
    FROM people p LEFT JOIN tiers t ON t.tier = p.tier
)
SELECT count(*) FILTER (WHERE is_alarmed) AS alarmed,
    count(*) FILTER (WHERE NOT is_alarmed AND (is_given OR (is_like_them AND is_of_tiers))) AS peers,
    (SELECT coalesce(array_sort(array_agg(tier)), CAST([] AS VARCHAR[])) FROM tiers) AS tiers
FROM counted
