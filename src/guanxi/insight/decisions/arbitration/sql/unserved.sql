-- Who was worth a contact, and got none.
CREATE OR REPLACE TEMP TABLE unserved AS
SELECT d.*
FROM deciding d
JOIN (SELECT DISTINCT customer_id FROM best) b ON b.customer_id = d.customer_id
LEFT JOIN picked k ON k.customer_id = d.customer_id
WHERE k.customer_id IS NULL;
