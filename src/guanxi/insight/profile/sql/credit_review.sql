-- Whose credit is being looked at: sales wait for a person's word.
SELECT DISTINCT customer_id, TRUE AS in_credit_review
FROM alive WHERE kind = 'credit_downshift' AND customer_id IN (SELECT customer_id FROM asked)
