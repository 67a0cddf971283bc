-- The macros of prelude_duckdb.sql in SQL of Spark (beside the preludes of warehouse and detectors).

CREATE MACRO key_of(words) AS substr(sha2(words, 256), 1, 32);
CREATE MACRO nearest(x) AS CAST(floor((x) + CAST(0.5 AS DOUBLE)) AS BIGINT);
CREATE MACRO to_places(x, scale) AS CAST(floor((x) * (scale) + CAST(0.5 AS DOUBLE)) AS DOUBLE) / (scale);
CREATE MACRO json_text(words) AS substr(to_json(array(CAST(words AS STRING))), 2, length(to_json(array(CAST(words AS STRING)))) - 2);
CREATE MACRO joined_of(texts) AS array_join(array_sort(texts), ',');
CREATE MACRO in_order_of(texts) AS transform(array_sort(texts), x -> substr(x, 11));
