-- Whose decision is left to a draw: a share of those who are no controls.

CREATE OR REPLACE TEMP TABLE explorers AS
SELECT d.*
FROM deciding d JOIN picked k ON k.customer_id = d.customer_id CROSS JOIN policy p
WHERE NOT k.is_control AND bucket_of(p.salt || p.run || 'explore|' || d.code) < p.explored_below;
