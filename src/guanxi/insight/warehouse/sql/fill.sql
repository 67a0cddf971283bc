-- From the snapshot (views new_<table>) into the edition. Its tables hold nothing of the customers to fill.

INSERT INTO customers
SELECT customer_id, code, reference, kind, stage, state, tier, owner_id, team_id, city_id, created_on,
    value, CASE WHEN kind = 2 THEN 'organisation' ELSE 'person' END, born_on, source
FROM new_customers;

INSERT INTO shown
SELECT customer_id, tier, state, runs_outside, outside_before FROM new_shown;

INSERT INTO products
SELECT product_id, reference, name, family, margin_rate_ppm / 1000000.0 FROM new_products;

INSERT INTO premium
SELECT product_id FROM new_products WHERE is_premium > 0;

INSERT INTO holdings
SELECT holding_id, customer_id, product_id, status, opened_on, closed_on, renewal_on, reference
FROM new_holdings WHERE customer_id IN (SELECT customer_id FROM customers);

INSERT INTO conversations
SELECT customer_id, day, channel, direction, outcome, follow_up_on
FROM new_conversations WHERE customer_id IN (SELECT customer_id FROM customers);

INSERT INTO referrals
SELECT customer_id, referrer_id, told_on FROM new_referrals
WHERE customer_id IN (SELECT customer_id FROM customers) AND referrer_id IN (SELECT customer_id FROM customers)
    AND customer_id <> referrer_id;

INSERT INTO surveys
SELECT customer_id, asked_on, value, quality, satisfaction, recommend, rank, among FROM new_surveys
WHERE customer_id IN (SELECT customer_id FROM customers);

INSERT INTO failures
SELECT customer_id, day FROM new_failures WHERE customer_id IN (SELECT customer_id FROM customers);

INSERT INTO promotions
SELECT since, until FROM new_promotions;

-- All lines of the record, also those that do not count: this is what is compared with it.
INSERT INTO checks
SELECT customer_id, count(*), count(*) FILTER (WHERE kind > 0), CAST(sum(amount) AS BIGINT),
    CAST(sum(line_hash_of(customer_id, amount, kind, day, product_id)) AS BIGINT)
FROM new_lines GROUP BY customer_id;

CREATE OR REPLACE TEMP VIEW counted AS
SELECT l.customer_id, l.day, l.amount, l.kind, l.product_id,
    CAST(round(l.amount * coalesce(p.margin_rate, f.margin_rate)) AS BIGINT) AS margin
FROM new_lines l CROSS JOIN firm f LEFT JOIN products p ON p.product_id = l.product_id
WHERE l.kind > 0 AND l.customer_id IN (SELECT customer_id FROM customers);

INSERT INTO bought
SELECT customer_id, product_id, min(day) FILTER (WHERE kind = 2), max(day) FILTER (WHERE kind = 2),
    CAST(count(*) FILTER (WHERE kind = 2) AS INTEGER), CAST(sum(margin) AS BIGINT)
FROM counted WHERE product_id IS NOT NULL
GROUP BY customer_id, product_id HAVING count(*) FILTER (WHERE kind = 2) > 0;

INSERT INTO promoted
SELECT customer_id, day, CAST(sum(amount) AS BIGINT)
FROM new_lines
WHERE is_promoted > 0 AND kind = 2 AND customer_id IN (SELECT customer_id FROM customers)
GROUP BY customer_id, day;

INSERT INTO graded
SELECT l.customer_id, l.day, max(g.grade) = 1
FROM new_lines l
JOIN (
    SELECT p.product_id, CASE WHEN m.product_id IS NULL THEN 0 ELSE 1 END AS grade
    FROM products p
    LEFT JOIN premium m ON m.product_id = p.product_id
    LEFT JOIN (
        SELECT DISTINCT q.family FROM products q JOIN premium n ON n.product_id = q.product_id WHERE q.family <> ''
    ) f ON f.family = p.family
    WHERE m.product_id IS NOT NULL OR f.family IS NOT NULL
) g ON g.product_id = l.product_id
WHERE l.kind = 2 AND l.customer_id IN (SELECT customer_id FROM customers)
GROUP BY l.customer_id, l.day;

-- In the order of customers: what groups by customer afterwards, and nearly everything does, takes half the time.
INSERT INTO days
SELECT customer_id, day,
    CAST(sum(CASE WHEN kind = 2 THEN amount ELSE 0 END) AS BIGINT), CAST(sum(amount) AS BIGINT),
    CAST(count(*) AS INTEGER), max(kind) = 2, CAST(sum(margin) AS BIGINT)
FROM counted GROUP BY customer_id, day
ORDER BY customer_id, day;

-- `fresh_days` are those just filled in.
INSERT INTO months
SELECT customer_id, month_of(day), CAST(sum(gross) AS BIGINT), CAST(sum(net) AS BIGINT), CAST(sum(lines) AS INTEGER)
FROM fresh_days GROUP BY customer_id, month_of(day)
ORDER BY customer_id, month_of(day);

INSERT INTO tickets
SELECT customer_id, day, amount, category, price_tier, product_id
FROM new_lines
WHERE category > 0 AND kind = 2 AND amount > 0 AND (price_tier > 0 OR product_id IS NOT NULL)
    AND customer_id IN (SELECT customer_id FROM customers);

INSERT INTO incomes
SELECT customer_id, month_of(day), CAST(-sum(amount) AS BIGINT)
FROM new_lines WHERE kind = -1 AND customer_id IN (SELECT customer_id FROM customers)
GROUP BY customer_id, month_of(day);

INSERT INTO refunds
SELECT customer_id, day, CAST(count(*) AS INTEGER) FROM counted WHERE kind = 1 GROUP BY customer_id, day;

INSERT INTO balances
SELECT customer_id, holding_id, month_of(day), max(day), max_by(amount, day)
FROM new_balances WHERE customer_id IN (SELECT customer_id FROM customers)
GROUP BY customer_id, holding_id, month_of(day);

INSERT INTO feed
SELECT day, CAST(sum(lines) AS BIGINT), CAST(sum(gross) AS BIGINT) FROM days GROUP BY day;
