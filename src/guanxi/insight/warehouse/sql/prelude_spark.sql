-- What Spark calls otherwise than DuckDB: a macro of each name in prelude_duckdb.sql. Bodies are SQL of Spark; spark_sql.py puts
-- them in the place of each call, so that they take any type, as DuckDB's do.

CREATE MACRO days_between(a, b) AS CAST(datediff(CAST(b AS DATE), CAST(a AS DATE)) AS BIGINT);
CREATE MACRO days_after(d, n) AS date_add(CAST(d AS DATE), CAST(n AS INT));
CREATE MACRO month_of(d) AS trunc(CAST(d AS DATE), 'MM');
CREATE MACRO months_after(d, n) AS add_months(CAST(d AS DATE), CAST(n AS INT));
CREATE MACRO months_between_firsts(a, b) AS
    (year(CAST(b AS DATE)) * 12 + month(CAST(b AS DATE))) - (year(CAST(a AS DATE)) * 12 + month(CAST(a AS DATE)));
-- `kept` and `middle` give a name to what would be computed several times.
CREATE MACRO median_of(numbers) AS
    element_at(transform(array(array_sort(filter(numbers, n -> n IS NOT NULL))), kept ->
        CASE WHEN size(kept) > 0
            THEN (element_at(kept, CAST((size(kept) + 1) DIV 2 AS INT)) + element_at(kept, CAST(size(kept) DIV 2 AS INT) + 1)) / CAST(2 AS DOUBLE) END), 1);
CREATE MACRO mad_of(numbers) AS
    element_at(transform(array(median_of(numbers)), middle -> median_of(transform(numbers, m -> abs(m - middle)))), 1);
CREATE MACRO size_of(numbers) AS size(numbers);
CREATE MACRO draw_of(words) AS CAST(conv(substr(sha2(words, 256), 1, 15), 16, 10) AS BIGINT);
CREATE MACRO line_hash_of(customer, amount, kind, day, product) AS
    (((customer % 999983 + 1) * (abs(amount) % 1000003 + 1 + kind)) % 2147483629
    * ((datediff(day, DATE '1970-01-01') + 7 * coalesce(product, 0)) % 65521 + 1)) % 2147483647;
CREATE MACRO is_deposit(family, reference) AS lower(family || ' ' || reference) RLIKE 'deposit|saving|存款|储蓄';
CREATE MACRO is_term(family, reference) AS lower(family || ' ' || reference) RLIKE 'term|time|定期|定存';
-- A number as DuckDB writes it: Java begins exponents earlier and writes them in another way.
CREATE MACRO words_of(x) AS CASE
    WHEN typeof(x) <> 'double' OR NOT contains(CAST(x AS STRING), 'E') THEN CAST(x AS STRING)
    WHEN abs(CAST(CAST(x AS STRING) AS DOUBLE)) >= 0.0001 AND abs(CAST(CAST(x AS STRING) AS DOUBLE)) < 1e16
        THEN regexp_replace(regexp_replace(CAST(CAST(CAST(x AS STRING) AS DECIMAL(38, 21)) AS STRING), '0+$', ''), '[.]$', '.0')
    ELSE regexp_replace(substring_index(CAST(x AS STRING), 'E', 1), '[.]0$', '')
        || CASE WHEN contains(CAST(x AS STRING), 'E-') THEN 'e-' ELSE 'e+' END
        || lpad(abs(CAST(substring_index(CAST(x AS STRING), 'E', -1) AS INT)),
            greatest(2, length(CAST(abs(CAST(substring_index(CAST(x AS STRING), 'E', -1) AS INT)) AS STRING))), '0') END;
-- How much a contact by a channel presses, in units (decisioning.md 3.4; engage.offers.choices.PRESSURES in hundredths).
CREATE MACRO pressure_of(channel) AS CASE channel WHEN 3 THEN 5 WHEN 2 THEN 4 WHEN 6 THEN 1.5 WHEN 4 THEN 1 WHEN 7 THEN 1 WHEN 5 THEN 0.5
    WHEN 9 THEN 0.5 ELSE 0 END;
