-- What stood against each decision that was weighed in money, for the page that tells why other offers lost.

CREATE OR REPLACE TEMP TABLE runners_up AS
WITH best AS (
    -- each other offer that passed every gate, on the way on which it is worth most
    SELECT v.customer_id, w.code AS offer, max(v.net - l.price) AS score, max_by(v.is_sure, v.net - l.price) AS is_sure
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

-- With the leaflet that was decided on go the next best ones, as many as the policy lets into one statement (LEV-07).
CREATE OR REPLACE TEMP TABLE enclosed AS
SELECT customer_id, joined_of(array_agg('{' || words || '}')) AS along
FROM (
    SELECT v.customer_id, f.words, row_number() OVER (PARTITION BY v.customer_id ORDER BY v.net - l.price DESC, f.offer) AS place
    FROM valued v
    JOIN treatments w ON w.treatment = v.treatment
    JOIN lanes l ON l.lane = v.lane
    JOIN decided d ON d.customer_id = v.customer_id
    JOIN offer_facts m ON m.offer = d.offer AND m.avenue = d.channel AND m.is_leaflet
    JOIN offer_facts f ON f.offer = w.code AND f.avenue = w.channel AND f.is_leaflet
    CROSS JOIN policy p
    WHERE v.why = 0 AND w.code <> d.offer AND v.is_sure AND v.net - l.price > 0 AND d.arm <> 'control'
        AND bucket_of(p.salt || 'control|' || w.code || '|' || d.code) >= w.control_below
) t
WHERE place < $leaflets
GROUP BY customer_id;
