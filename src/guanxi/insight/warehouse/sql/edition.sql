-- The tables of an edition. Money in minor units of the firm's currency, days as DATE; the whole history.

CREATE TABLE meta (name VARCHAR, value VARCHAR);
-- One row: by what terms money is counted. margin_rate holds where a line's product has none of its own.
CREATE TABLE firm (currency VARCHAR, zone VARCHAR, margin_rate DOUBLE);
-- Every customer that is neither deleted nor merged; tier and state as shown before this refresh.
CREATE TABLE customers (
    customer_id BIGINT, code VARCHAR, reference VARCHAR, kind SMALLINT, stage SMALLINT, state SMALLINT, tier SMALLINT,
    owner_id BIGINT, team_id BIGINT, city_id BIGINT, created_on DATE, value BIGINT, segment VARCHAR, born_on DATE, source VARCHAR
);
CREATE TABLE products (product_id BIGINT, reference VARCHAR, name VARCHAR, family VARCHAR, margin_rate DOUBLE);
-- A row a customer and local day with a counted line (the firm's currency, not cancelled). gross: purchase lines only;
-- net: all counted lines; margin: each line's amount x margin rate, rounded to whole minor units a line.
CREATE TABLE days (
    customer_id BIGINT, day DATE, gross BIGINT, net BIGINT, lines INTEGER, is_purchase BOOLEAN, margin BIGINT
);
-- A row a customer and day with a purchase line that is marked as bought on promotion, and what these came to; none where no file
-- marks any. A purchase counts as made on promotion where that was half of the day or more: over a time, the share of purchases on
-- promotion is count(p.gross * 2 >= d.gross) / count(*) of `days` d with is_purchase, left joined to this (profile/sql/promotions.sql does so).
CREATE TABLE promoted (customer_id BIGINT, day DATE, gross BIGINT);
-- The products that the catalogue marks as premium; and a row a customer and day on which something of a family with such products
-- was bought, and whether one of these was among it.
CREATE TABLE premium (product_id BIGINT);
CREATE TABLE graded (customer_id BIGINT, day DATE, is_premium BOOLEAN);
CREATE TABLE months (customer_id BIGINT, month DATE, gross BIGINT, net BIGINT, lines INTEGER);
-- A row a purchase line of a whitelisted category (categories.py) whose price tier is known (1 value, 2 mid, 3 premium; else
-- 0) or may be found by its product.
CREATE TABLE tickets (
    customer_id BIGINT, day DATE, amount BIGINT, category TINYINT, price_tier TINYINT, product_id BIGINT
);
-- Income of customers by month, as it was credited to their accounts; and the last balance of each holding in each month.
CREATE TABLE incomes (customer_id BIGINT, month DATE, amount BIGINT);
CREATE TABLE balances (customer_id BIGINT, holding_id BIGINT, month DATE, day DATE, amount BIGINT);
-- On which days a customer had refunds, and in how many lines: with whom to look closer, in the record itself.
CREATE TABLE refunds (customer_id BIGINT, day DATE, lines INTEGER);
CREATE TABLE feed (day DATE, lines BIGINT, gross BIGINT);
CREATE TABLE holdings (
    holding_id BIGINT, customer_id BIGINT, product_id BIGINT, status SMALLINT,
    opened_on DATE, closed_on DATE, renewal_on DATE, reference VARCHAR
);
CREATE TABLE conversations (
    customer_id BIGINT, day DATE, channel SMALLINT, direction SMALLINT, outcome SMALLINT, follow_up_on DATE
);
-- Which products a customer bought (purchase lines that count), when for the first and the last time, in how many lines, and what
-- they brought: the margin of these lines, less that of refunds.
CREATE TABLE bought (customer_id BIGINT, product_id BIGINT, first_day DATE, last_day DATE, lines INTEGER, margin BIGINT);
-- Who came by whose word, and when that was told.
CREATE TABLE referrals (customer_id BIGINT, referrer_id BIGINT, told_on DATE);
-- What customers answered when they were asked what they think of us, each from 0 to 10; our place among so many firms.
CREATE TABLE surveys (
    customer_id BIGINT, asked_on DATE, value SMALLINT, quality SMALLINT, satisfaction SMALLINT, recommend SMALLINT, rank SMALLINT,
    among SMALLINT
);
-- Where we failed a customer: his complaints, and promises of ours that we broke. When competitors sold on special terms.
CREATE TABLE failures (customer_id BIGINT, day DATE);
CREATE TABLE promotions (since DATE, until DATE);
-- What all lines of a customer in the record add up to, counted or not, deleted or not: compared at each refresh.
CREATE TABLE checks (customer_id BIGINT, lines BIGINT, counted BIGINT, amount BIGINT, hash BIGINT);
-- The tier and state that people see, from the last published edition, with its memory of leaving (Standing).
CREATE TABLE shown (
    customer_id BIGINT, tier SMALLINT, state SMALLINT, runs_outside SMALLINT, outside_before SMALLINT
);
-- A row a customer who dealt by the day of the estimates, or keeps a balance of which the house earns. Money in minor units; NULL where the data cannot say. volume: what he dealt
-- in 365 days, less refunds, and the mean of his balances in twelve months.
CREATE TABLE estimates (
    customer_id BIGINT, frequency INTEGER, recency_days INTEGER, age_days INTEGER, first_day DATE, last_day DATE,
    monetary DOUBLE, expected_purchases_365 DOUBLE, probability_alive DOUBLE, lifetime_value BIGINT, value BIGINT,
    potential BIGINT, tier_strict SMALLINT, tier SMALLINT, is_vip BOOLEAN, runs_outside SMALLINT,
    outside_before SMALLINT, rfm VARCHAR, rfm_class VARCHAR, loss_risk DOUBLE, grade VARCHAR, volume BIGINT
);
-- The traits of loyalty (estimates/loyalty.py) of who bought by the day of the estimates; NULL where not observed.
CREATE TABLE loyalty (
    customer_id BIGINT, regular DOUBLE, breadth DOUBLE, recommends DOUBLE, immune DOUBLE, tolerant DOUBLE,
    loyalty DOUBLE, loyalty_coverage DOUBLE, loyalty_class VARCHAR, is_worth_keeping BOOLEAN
);
-- A row a customer with the dimensions by which people count (analysis/): put together once, so that no count joins anything.
CREATE TABLE cube (
    customer_id BIGINT, kind SMALLINT, stage SMALLINT, tier SMALLINT, loyalty VARCHAR, rfm VARCHAR, risk SMALLINT, team BIGINT,
    manager BIGINT, city BIGINT, source VARCHAR, since SMALLINT, last INTEGER, value BIGINT, volume BIGINT
);

-- Kept from one edition to the next, because each row holds for as long as what it rests on (spend_kept.sql, visits.sql).
CREATE TABLE kept_cycles (cycle INTEGER, inputs VARCHAR);
CREATE TABLE kept_seasons (cycle INTEGER, segment VARCHAR, calendar INTEGER, factor DOUBLE);
CREATE TABLE kept_groups (
    cycle INTEGER, segment VARCHAR, customers BIGINT, shift DOUBLE, spread DOUBLE, present DOUBLE, expected DOUBLE
);
CREATE TABLE kept_scores (
    cycle INTEGER, customer_id BIGINT, segment VARCHAR, cycles INTEGER, usual DOUBLE, usual_here DOUBLE, now DOUBLE,
    gross_now DOUBLE, low DOUBLE, high DOUBLE, z DOUBLE, fallen DOUBLE, shift DOUBLE, spread DOUBLE,
    is_watch BOOLEAN, is_alarm BOOLEAN, is_quiet BOOLEAN
);
CREATE TABLE rhythms (
    customer_id BIGINT, last_day DATE, before_day DATE, counted_from DATE, before_from DATE, gaps BIGINT, total BIGINT,
    squares BIGINT, before_gaps BIGINT, before_total BIGINT, before_squares BIGINT
);
