-- What stood against each decision that was weighed in money, for the page that tells why other offers lost.

CREATE OR REPLACE TEMP TABLE runners_up AS
WITH best AS (
    -- each other offer that passed every gate, on the way on which it is worth most; of two ways worth as much on the sure one
    SELECT v.customer_id, w.code AS offer, max(v.net - l.price) AS score,
        max_by(v.is_sure, 2 * (v.net - l.price) + CASE WHEN v.is_sure THEN 1 ELSE 0 END) AS is_sure
    FROM valued v
    JOIN treatments w ON w.treatment = v.treatment
    JOIN lanes l ON l.lane = v.lane
    JOIN decided d ON d.customer_id = v.customer_id
    WHERE v.why = 0 AND w.code <> d.offer
    GROUP BY v.customer_id, w.code
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY score DESC, offer) AS place FROM best
)
SELECT b.customer_id, joined_of(array_agg('{"place":' || CAST(b.place AS STRING) || ',"reference":' || json_text(b.offer) || ',"name":' || n.name
    || ',"reason":"' || CASE WHEN NOT b.is_sure THEN 'not_sure_enough' WHEN b.score <= 0 THEN 'not_worth_it'
        WHEN bucket_of(p.salt || 'control|' || b.offer || '|' || d.code) < w.control_below THEN 'control' ELSE 'another_first' END
    || '","score":' || CAST(to_places(b.score / 1000000.0, 100) AS STRING) || '}')) AS lost
FROM placed b
JOIN decided d ON d.customer_id = b.customer_id
JOIN (SELECT DISTINCT code, control_below FROM treatments) w ON w.code = b.offer
JOIN (SELECT DISTINCT offer, name FROM offer_facts) n ON n.offer = b.offer
CROSS JOIN policy p
WHERE b.place <= 3
GROUP BY b.customer_id;

-- With the leaflet that was decided on go the next best ones, as many as the policy lets into one statement (LEV-07) and as there
-- are of each, and inserts of the day: less what this run gives on its own account; who was promised one keeps his.
CREATE OR REPLACE TEMP TABLE enclosed AS
WITH worth AS (
    SELECT v.customer_id, w.code AS offer, f.words, list_contains(k.reserved, w.code) AS is_reserved, v.net - l.price AS score,
        row_number() OVER (PARTITION BY v.customer_id ORDER BY v.net - l.price DESC, f.offer) AS place
    FROM valued v
    JOIN treatments w ON w.treatment = v.treatment
    JOIN lanes l ON l.lane = v.lane
    JOIN decided d ON d.customer_id = v.customer_id
    JOIN decided_rows k ON k.customer_id = v.customer_id
    JOIN offer_facts m ON m.offer = d.offer AND m.avenue = d.channel AND m.is_leaflet
    JOIN offer_facts f ON f.offer = w.code AND f.avenue = w.channel AND f.is_leaflet
    CROSS JOIN policy p
    WHERE v.why = 0 AND w.code <> d.offer AND v.is_sure AND v.net - l.price > 0 AND d.arm <> 'control'
        AND bucket_of(p.salt || 'control|' || w.code || '|' || d.code) >= w.control_below
), line AS (
    SELECT customer_id, offer, words, is_reserved, score,
        row_number() OVER (PARTITION BY offer, is_reserved ORDER BY score DESC, customer_id) AS turn
    FROM worth WHERE place < $leaflets
), taken AS (
    SELECT d.offer, count(*) AS units FROM decided d JOIN deciding k ON k.customer_id = d.customer_id
    WHERE d.arm <> 'control' AND NOT list_contains(k.reserved, d.offer) GROUP BY d.offer
), filled AS (
    SELECT count(*) AS inserts FROM decided d JOIN offer_facts m ON m.offer = d.offer AND m.avenue = d.channel AND m.is_leaflet
    WHERE d.arm <> 'control'
), there AS (
    SELECT n.*, row_number() OVER (ORDER BY n.is_reserved DESC, n.score DESC, n.customer_id, n.offer) AS queue
    FROM line n
    LEFT JOIN stock_left s ON s.offer = n.offer
    LEFT JOIN taken t ON t.offer = n.offer
    WHERE n.is_reserved OR s.units IS NULL OR n.turn <= s.units - coalesce(t.units, 0)
)
SELECT t.customer_id, joined_of(array_agg('{' || t.words || '}')) AS along
FROM there t CROSS JOIN filled f
WHERE t.is_reserved OR $inserts < 0 OR t.queue <= $inserts - f.inserts
GROUP BY t.customer_id;
