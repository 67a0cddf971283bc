-- The risk that a customer can bear by a test that holds.
SELECT customer_id, TRUE AS has_risk_test, risk_level FROM tested WHERE customer_id IN (SELECT customer_id FROM asked)
