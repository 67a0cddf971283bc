-- The macros of prelude_duckdb.sql in SQL of Spark (beside the preludes of warehouse and decisions).

CREATE MACRO bucket_of(words) AS
    CAST(CAST(conv(substr(sha2(words, 256), 1, 16), 16, 10) AS DECIMAL(20, 0)) % 10000 AS INT);
CREATE MACRO place_of(score, number) AS struct(score AS score, -(number) AS number);
CREATE MACRO offer_of(treatment, net, gain, amount, context) AS named_struct(
    'treatment', treatment, 'net', net, 'gain', gain, 'amount', amount, 'context', context);
CREATE MACRO micro_of(x) AS CAST(floor((x) * 1000000 + CAST(0.5 AS DOUBLE)) AS BIGINT);
