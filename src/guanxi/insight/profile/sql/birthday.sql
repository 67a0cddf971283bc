-- The day of birth, where it is known.
SELECT customer_id, born_on FROM customers WHERE born_on IS NOT NULL AND customer_id IN (SELECT customer_id FROM asked)
