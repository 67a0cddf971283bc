-- The macros of prelude_duckdb.sql in SQL of Spark (beside the warehouse's own prelude).

CREATE MACRO ln_of(numbers, shift) AS transform(numbers, n -> ln(n + shift));
CREATE MACRO append_of(numbers, number) AS array_append(numbers, number);
CREATE MACRO key_of(words) AS substr(sha2(words, 256), 1, 32);
CREATE MACRO month_number(d) AS CAST(year(d) * 12 + month(d) - 1 AS INT);
CREATE MACRO first_of_month(n) AS make_date(CAST(floor((n) / 12) AS INT), CAST((n) % 12 AS INT) + 1, 1);
CREATE MACRO nearest(x) AS CAST(floor((x) + CAST(0.5 AS DOUBLE)) AS BIGINT);
CREATE MACRO to_places(x, scale) AS CAST(floor((x) * (scale) + CAST(0.5 AS DOUBLE)) AS DOUBLE) / (scale);
-- Only compared with what the same engine said: another number than DuckDB's.
CREATE MACRO mix_of(customer, segment, month, amount) AS CAST(xxhash64(customer, segment, month, amount) AS DECIMAL(38, 0));
CREATE MACRO digest_of(words) AS substr(md5(words), 1, 16);
