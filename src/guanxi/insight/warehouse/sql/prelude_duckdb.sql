-- The functions that differ between DuckDB and Spark, as macros; a prelude of Spark defines functions of the same names.
-- Days are cast to DATE first, always: DuckDB counts midnights, Spark whole 24 hours.

CREATE OR REPLACE TEMP MACRO days_between(a, b) AS date_diff('day', CAST(a AS DATE), CAST(b AS DATE));   -- from a to b
CREATE OR REPLACE TEMP MACRO days_after(d, n) AS CAST(CAST(d AS DATE) + CAST(n AS INTEGER) AS DATE);      -- n may be negative
CREATE OR REPLACE TEMP MACRO month_of(d) AS CAST(date_trunc('month', CAST(d AS DATE)) AS DATE);           -- first day of the month
CREATE OR REPLACE TEMP MACRO months_after(d, n) AS CAST(CAST(d AS DATE) + to_months(CAST(n AS INTEGER)) AS DATE);
CREATE OR REPLACE TEMP MACRO months_between_firsts(a, b) AS                                               -- calendar months from a to b
    (year(CAST(b AS DATE)) * 12 + month(CAST(b AS DATE))) - (year(CAST(a AS DATE)) * 12 + month(CAST(a AS DATE)));
CREATE OR REPLACE TEMP MACRO median_of(numbers) AS list_aggregate(numbers, 'median');
CREATE OR REPLACE TEMP MACRO mad_of(numbers) AS list_aggregate(numbers, 'mad');                           -- median |x - median|
CREATE OR REPLACE TEMP MACRO size_of(numbers) AS len(numbers);
-- A number from 0 to 2^60 - 1 drawn from a text: first 15 hexadecimal digits of its SHA-256. Ties are broken by it.
CREATE OR REPLACE TEMP MACRO draw_of(words) AS CAST('0x' || substr(sha256(words), 1, 15) AS BIGINT);
-- A line's part in the sum by which record and edition are compared; the same as LINE_HASH of sources.py.
CREATE OR REPLACE TEMP MACRO line_hash_of(customer, amount, kind, day, product) AS
    (((customer % 999983 + 1) * (abs(amount) % 1000003 + 1 + kind)) % 2147483629
    * ((date_diff('day', DATE '1970-01-01', day) + 7 * coalesce(product, 0)) % 65521 + 1)) % 2147483647;
-- Which products are savings, and which of them are tied for a time: by the words of their family and reference.
CREATE OR REPLACE TEMP MACRO is_deposit(family, reference) AS
    regexp_matches(lower(family || ' ' || reference), 'deposit|saving|存款|储蓄');
CREATE OR REPLACE TEMP MACRO is_term(family, reference) AS
    regexp_matches(lower(family || ' ' || reference), 'term|time|定期|定存');
-- How much a contact by a channel presses, in units (decisioning.md 3.4; engage.offers.choices.PRESSURES in hundredths).
CREATE OR REPLACE TEMP MACRO pressure_of(channel) AS CASE channel WHEN 3 THEN 5 WHEN 2 THEN 4 WHEN 6 THEN 1.5 WHEN 4 THEN 1 WHEN 7 THEN 1 WHEN 5 THEN 0.5
    WHEN 9 THEN 0.5 ELSE 0 END;
