-- Who a customer is as he told it, and since when: kind, stage, age, first day with us, city and language.
SELECT c.customer_id, CASE c.kind WHEN 1 THEN 'person' WHEN 2 THEN 'organisation' END AS kind,
    CASE c.stage WHEN 1 THEN 'prospect' WHEN 2 THEN 'target' WHEN 3 THEN 'customer' WHEN 4 THEN 'lost' WHEN 5 THEN 'regained' END
        AS stage,
    floor(days_between(c.born_on, $as_of) / 365.2425) AS age, least(e.first_day, c.created_on) AS customer_since,
    t.name AS city, s.language
FROM asked a
JOIN customers c ON c.customer_id = a.customer_id
LEFT JOIN estimates e ON e.customer_id = c.customer_id
LEFT JOIN cities t ON t.city_id = c.city_id
LEFT JOIN spoken s ON s.customer_id = c.customer_id
