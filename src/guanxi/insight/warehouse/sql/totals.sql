-- What the edition's lines add up to. Two more figures are 0 when its parts fit together: days of customers that it does
-- not have, and counted lines that its days have too many or too few.

SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines, CAST(coalesce(sum(amount), 0) AS BIGINT) AS amount,
    CAST(coalesce(sum(hash), 0) AS BIGINT) AS hash,
    (SELECT count(*) FROM days WHERE customer_id NOT IN (SELECT customer_id FROM customers)) AS strangers,
    CAST(coalesce(sum(counted) FILTER (WHERE customer_id IN (SELECT customer_id FROM customers)), 0) AS BIGINT)
        - (SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) FROM days) AS missing
FROM checks
