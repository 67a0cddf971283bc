-- For whom sales rest: whose complaint is not solved, and who is to be spared (sparing.py says both).
SELECT customer_id, max(CASE why WHEN 'complaint' THEN 1 ELSE 0 END) = 1 AS has_open_complaint,
    max(CASE why WHEN 'vulnerable' THEN 1 ELSE 0 END) = 1 AS is_vulnerable
FROM spared WHERE customer_id IN (SELECT customer_id FROM asked)
GROUP BY customer_id
