-- How far the address that a customer told is from the centre; never where a device was (LEV-07).
SELECT customer_id, distance_km FROM homes WHERE customer_id IN (SELECT customer_id FROM asked)
