-- What a customer says of himself, for matching service and nothing else (SEG-06).
SELECT customer_id, stable_income AS has_stable_income, educated AS is_educated, wealth_wish AS wishes_wealth_managed
FROM declared WHERE customer_id IN (SELECT customer_id FROM asked)
