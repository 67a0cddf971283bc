-- Income credited to accounts, by month, up to $until.
SELECT customer_id, month, amount FROM incomes
WHERE month <= $until AND amount > 0 AND customer_id IN (SELECT customer_id FROM asked)
