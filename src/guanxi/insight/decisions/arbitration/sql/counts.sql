-- Why not: how many customers an offer was not for, on which channel a pair that passed was lost, and who got something else.

SELECT offer, -1 AS treatment, CAST(why AS INTEGER) AS why, count(*) AS customers
FROM offered WHERE why <> 0 GROUP BY offer, why
UNION ALL
SELECT v.offer, v.treatment,
    CAST(CASE WHEN v.why <> 0 THEN v.why WHEN NOT v.is_sure THEN -2 WHEN v.net <= 0 THEN -1
        WHEN k.treatment = v.treatment THEN 0 WHEN k.treatment IS NULL THEN -4 ELSE -3 END AS INTEGER) AS why,
    count(*) AS customers
FROM valued v LEFT JOIN picked k ON k.customer_id = v.customer_id
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
