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
-- The evidence of a fall of spending, of a month or within one; `given` and `path` without their braces.
CREATE MACRO fall_figures(usual, now, fallen, z, low, high, cycles) AS
    '"usual":' || CAST(nearest(usual) AS STRING) || ',"now":' || CAST(nearest(now) AS STRING)
        || ',"below":' || CAST(nearest(usual - now) AS STRING) || ',"drop":' || CAST(to_places(fallen, 10000) AS STRING)
        || ',"z":' || CAST(to_places(z, 100) AS STRING) || ',"low":' || CAST(nearest(low) AS STRING)
        || ',"high":' || CAST(nearest(high) AS STRING) || ',"cycles":' || CAST(CAST(cycles AS INTEGER) AS STRING);
CREATE MACRO fall_evidence(customer, begins, ends, measure, given, figures, path) AS
    '{"table":"dealings","customer_id":' || CAST(customer AS STRING) || ',"from":"' || CAST(begins AS STRING)
        || '","to":"' || CAST(ends AS STRING) || '","measure":"' || measure || '","given":{' || given
        || '},"figures":{' || figures || '},"path":[' || path || ']}';
CREATE MACRO fall_given(season, shift, spread, terms) AS
    '"season":' || season || ',"shift":' || CAST(shift AS STRING) || ',"spread":' || CAST(spread AS STRING) || ',' || terms;
