-- A row a customer with the dimensions by which people count (dimensions.py), put together once a refresh.

INSERT INTO cube
SELECT c.customer_id, c.kind, c.stage, CASE WHEN e.tier < 9 THEN e.tier END AS tier, nullif(l.loyalty_class, '') AS loyalty,
    nullif(e.rfm_class, '') AS rfm,
    CASE WHEN e.loss_risk < 0.2 THEN 0 WHEN e.loss_risk < 0.5 THEN 1 WHEN e.loss_risk >= 0.5 THEN 2 END AS risk,
    c.team_id AS team, c.owner_id AS manager, c.city_id AS city, nullif(c.source, '') AS source,
    year(e.first_day) AS since, year(e.last_day) * 10 + quarter(e.last_day) AS last, e.value, e.volume
FROM customers c
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN loyalty l ON l.customer_id = c.customer_id;
