-- Loyal peers of an offer to stay (`met`) whose anniversary is near: work of whoever has them, no send (RET-04). The anniversary is the
-- last one by a week from now; it is due until a month after it. Who had the offer within a year, whose units are gone, over whose
-- complaint nothing is offered, and for whom it rests has none. A unit that is kept for somebody stays his, night after night, and
-- what the run gives to others (`proposed`) is given. Who is of tier C is written to: nobody there is called of our own accord (SEG-03).

CREATE OR REPLACE TEMP TABLE anniversaries AS
WITH tiers AS (
    SELECT DISTINCT tier FROM met WHERE meets_all AND is_alarmed AND tier <> ''
), counted AS (
    SELECT customer_id, customer_since, CAST(year(days_after($on, 7)) AS INTEGER) - CAST(year(customer_since) AS INTEGER) AS years FROM deciding
), passed AS (
    SELECT customer_id, customer_since,
        years - CASE WHEN months_after(customer_since, 12 * years) > days_after($on, 7) THEN 1 ELSE 0 END AS years
    FROM counted
), due AS (
    SELECT customer_id, years, customer_since, months_after(customer_since, 12 * years) AS day FROM passed WHERE years > 0
)
SELECT m.customer_id, m.tier, d.years, d.customer_since, d.day, list_contains(k.reserved, $offer) AS is_reserved,
    row_number() OVER (PARTITION BY list_contains(k.reserved, $offer) ORDER BY d.day, m.customer_id) AS place
FROM met m
JOIN due d ON d.customer_id = m.customer_id
JOIN deciding k ON k.customer_id = m.customer_id
LEFT JOIN tiers t ON t.tier = m.tier
LEFT JOIN (SELECT DISTINCT customer_id FROM had) h ON h.customer_id = m.customer_id
WHERE m.meets_shared AND NOT m.is_alarmed AND m.is_customer AND (t.tier IS NOT NULL OR NOT EXISTS (SELECT 1 FROM tiers))
    AND d.day > days_after($on, -30) AND h.customer_id IS NULL AND NOT k.is_unprofiled AND NOT k.has_open_complaint
    AND NOT k.is_deal_driven
    AND m.is_open;

INSERT INTO candidates
SELECT n.customer_id, 2, 'anniversary', 'benefit_due', key_of('anniversary|' || p.code || '|' || $version_code || '|' || CAST(n.years AS STRING)),
    '', CASE WHEN n.tier = 'C' THEN $letter ELSE $call END, greatest(n.day, CAST($due AS DATE)), 0, 1.0,
    '{"offer":' || $told || ',"since":"' || CAST(n.customer_since AS STRING) || '","day":"' || CAST(n.day AS STRING) || '"}', '{}', '',
    $offer, p.code, coalesce(a.owner_id, p.owner_id), CASE WHEN a.owner_id IS NULL THEN p.team_id ELSE a.team_id END,
    coalesce(a.owner_id IS NOT NULL, FALSE), 0,
    CASE WHEN coalesce(a.is_settled, FALSE) THEN 'answered' WHEN coalesce(q.is_resting, FALSE) AND a.owner_id IS NULL THEN 'at_peace' ELSE '' END
FROM anniversaries n
JOIN people p ON p.customer_id = n.customer_id
LEFT JOIN answers a ON a.key = key_of('anniversary|' || p.code || '|' || $version_code || '|' || CAST(n.years AS STRING))
LEFT JOIN peace q ON q.customer_id = n.customer_id
WHERE n.is_reserved OR n.place <= $most - (
    SELECT count(*) FROM proposed o JOIN deciding k ON k.customer_id = o.customer_id
    WHERE o.offer = $offer AND o.arm <> 'control' AND NOT list_contains(k.reserved, $offer)
);
