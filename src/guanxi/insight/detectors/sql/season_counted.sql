-- Of a trade that closes for a part of the year the closed months do not run: each day with its place among the days of the season.

CREATE OR REPLACE TEMP VIEW counted_days AS
SELECT d.customer_id, d.day, d.is_purchase, s.counted FROM days d JOIN season_days s ON s.day = d.day;
