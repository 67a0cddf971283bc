-- Why not, before anybody is looked at by name: how many customers each offer was not for, and what became of each way of those
-- it was for. Who was worth contacting by a way is counted as -3 here, whether he got it or not (counts.sql parts them).

CREATE OR REPLACE TEMP TABLE weighed AS
SELECT CAST(offer AS INTEGER) AS offer, -1 AS treatment, CAST(why AS INTEGER) AS why, count(*) AS customers
FROM offered WHERE why <> 0 GROUP BY offer, why
UNION ALL
SELECT CAST(offer AS INTEGER), CAST(treatment AS INTEGER),
    CAST(CASE WHEN why <> 0 THEN why WHEN NOT is_sure THEN -2 WHEN net <= 0 THEN -1 ELSE -3 END AS INTEGER), count(*)
FROM valued GROUP BY 1, 2, 3;

-- Who was worth a contact, and got none.
CREATE OR REPLACE TEMP TABLE unserved AS
SELECT d.*
FROM deciding d
JOIN (SELECT DISTINCT customer_id FROM best) b ON b.customer_id = d.customer_id
LEFT JOIN picked k ON k.customer_id = d.customer_id
WHERE k.customer_id IS NULL;
