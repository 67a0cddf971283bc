-- Functions of the decisions that differ between DuckDB and Spark (beside the preludes of warehouse and detectors).

CREATE OR REPLACE TEMP MACRO key_of(words) AS substr(sha256(words), 1, 32);
CREATE OR REPLACE TEMP MACRO nearest(x) AS CAST(floor((x) + 0.5) AS BIGINT);
CREATE OR REPLACE TEMP MACRO to_places(x, scale) AS floor((x) * (scale) + 0.5) / (scale);
-- A text as a JSON string, and texts in order with commas between them.
CREATE OR REPLACE TEMP MACRO json_text(words) AS CAST(to_json(CAST(words AS STRING)) AS STRING);
CREATE OR REPLACE TEMP MACRO joined_of(texts) AS array_to_string(list_sort(texts), ',');
-- Texts in the order of a number of nine digits before them, with a mark between, and without it.
CREATE OR REPLACE TEMP MACRO in_order_of(texts) AS list_transform(list_sort(texts), lambda x: substr(x, 11));
