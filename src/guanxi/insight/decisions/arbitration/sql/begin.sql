-- What a run keeps of all its pairs: the best of each lane of each customer, how many pairs came to what end, and for whom a resource
-- ran out. Filled part by part (reduce.sql), so that what is held at a time does not grow with the firm.

CREATE OR REPLACE TEMP TABLE best (
    customer_id BIGINT, lane SMALLINT, treatment SMALLINT, net BIGINT, gain DOUBLE, amount DOUBLE, context DOUBLE, draw BIGINT,
    is_control BOOLEAN
);
CREATE OR REPLACE TEMP TABLE weighed (offer INTEGER, treatment INTEGER, why INTEGER, customers BIGINT);
CREATE OR REPLACE TEMP TABLE banned (customer_id BIGINT, resource VARCHAR);
