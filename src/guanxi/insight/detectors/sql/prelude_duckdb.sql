-- Functions of the detectors that differ between DuckDB and Spark (beside the warehouse's own prelude).

CREATE OR REPLACE TEMP MACRO ln_of(numbers, shift) AS list_transform(numbers, lambda x: ln(x + shift));
CREATE OR REPLACE TEMP MACRO append_of(numbers, number) AS list_append(numbers, number);
CREATE OR REPLACE TEMP MACRO key_of(words) AS substr(sha256(words), 1, 32);
-- A month as a number, so that months can be counted: year x 12 + month - 1.
CREATE OR REPLACE TEMP MACRO month_number(d) AS CAST(year(d) * 12 + month(d) - 1 AS INTEGER);
CREATE OR REPLACE TEMP MACRO first_of_month(n) AS
    make_date(CAST(floor((n) / 12) AS INTEGER), CAST((n) % 12 AS INTEGER) + 1, 1);
-- Half up, as people round; the same in the recomputation (record/signals/rules/recomputing.py).
CREATE OR REPLACE TEMP MACRO nearest(x) AS CAST(floor((x) + 0.5) AS BIGINT);
CREATE OR REPLACE TEMP MACRO to_places(x, scale) AS floor((x) * (scale) + 0.5) / (scale);
-- A number drawn from a row, to tell by a sum over all rows whether any of them changed.
CREATE OR REPLACE TEMP MACRO mix_of(customer, segment, month, amount) AS hash(customer, segment, month, amount);
-- Sixteen hexadecimal digits that differ when the text does.
CREATE OR REPLACE TEMP MACRO digest_of(words) AS substr(md5(words), 1, 16);
-- The evidence of a fall of spending, of a month or within one; `given` and `path` without their braces.
CREATE OR REPLACE TEMP MACRO fall_figures(usual, now, fallen, z, low, high, cycles) AS
    '"usual":' || CAST(nearest(usual) AS STRING) || ',"now":' || CAST(nearest(now) AS STRING)
        || ',"below":' || CAST(nearest(usual - now) AS STRING) || ',"drop":' || CAST(to_places(fallen, 10000) AS STRING)
        || ',"z":' || CAST(to_places(z, 100) AS STRING) || ',"low":' || CAST(nearest(low) AS STRING)
        || ',"high":' || CAST(nearest(high) AS STRING) || ',"cycles":' || CAST(CAST(cycles AS INTEGER) AS STRING);
CREATE OR REPLACE TEMP MACRO fall_evidence(customer, begins, ends, measure, given, figures, path) AS
    '{"table":"dealings","customer_id":' || CAST(customer AS STRING) || ',"from":"' || CAST(begins AS STRING)
        || '","to":"' || CAST(ends AS STRING) || '","measure":"' || measure || '","given":{' || given
        || '},"figures":{' || figures || '},"path":[' || path || ']}';
CREATE OR REPLACE TEMP MACRO fall_given(season, shift, spread, terms) AS
    '"season":' || season || ',"shift":' || CAST(shift AS STRING) || ',"spread":' || CAST(spread AS STRING) || ',' || terms;
