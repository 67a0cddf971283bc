-- Functions of arbitration that differ between DuckDB and Spark (beside the preludes of warehouse and decisions).

CREATE OR REPLACE TEMP MACRO bucket_of(words) AS CAST(CAST('0x' || substr(sha256(words), 1, 16) AS UBIGINT) % 10000 AS INTEGER);
-- The order of the better: a higher score, then the treatment that was named first.
CREATE OR REPLACE TEMP MACRO place_of(score, number) AS row(score, -(number));
CREATE OR REPLACE TEMP MACRO offer_of(treatment, net, gain, amount, context) AS struct_pack(
    treatment := treatment, net := net, gain := gain, amount := amount, context := context);
CREATE OR REPLACE TEMP MACRO micro_of(x) AS CAST(floor((x) * 1000000 + 0.5) AS BIGINT);
