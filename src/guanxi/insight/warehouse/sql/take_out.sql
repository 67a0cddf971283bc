-- Before an increment is filled in: out with the customers in `redone`, and with all tables that are filled whole.

TRUNCATE customers;
TRUNCATE products;
TRUNCATE premium;
TRUNCATE shown;
TRUNCATE feed;
TRUNCATE estimates;
TRUNCATE loyalty;
TRUNCATE cube;
TRUNCATE referrals;
TRUNCATE surveys;
TRUNCATE failures;
TRUNCATE promotions;
DELETE FROM holdings WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM conversations WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM checks WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM days WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM promoted WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM graded WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM bought WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM months WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM tickets WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM incomes WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM refunds WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM balances WHERE customer_id IN (SELECT customer_id FROM redone);
DELETE FROM rhythms WHERE customer_id IN (SELECT customer_id FROM redone);
