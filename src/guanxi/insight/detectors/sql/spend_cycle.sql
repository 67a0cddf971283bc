-- Spend drop (decisioning.md 4.5) for one cycle: the month $cycle against the up to twelve before it. Only what was
-- known when the cycle closed is used, so that a later run judges an old cycle as the run of its day did. Cycles in which the
-- table `spend` below has no row are not asked at all (spend_drop.py, _with_spend).

-- S: median of month / own two-year median over the segment, mean 1; only where the segment has two years, and where
-- some month departs enough to be a season: else figures would lose their faces to chance and the lengths of months.
CREATE OR REPLACE TEMP TABLE spend_season AS
WITH steady AS (
    SELECT customer_id, segment, median(gross) AS middle
    FROM spend_months
    WHERE month BETWEEN $cycle - 24 AND $cycle - 1 AND first_month <= $cycle - 24
    GROUP BY customer_id, segment
    HAVING count(*) >= 22 AND max(gross) >= $min_usual
), factors AS (
    SELECT m.segment, m.month % 12 AS calendar, median(m.gross / s.middle) AS factor
    FROM spend_months m
    JOIN steady s ON s.customer_id = m.customer_id
    WHERE m.month BETWEEN $cycle - 24 AND $cycle - 1
        AND m.segment IN (SELECT segment FROM steady GROUP BY segment HAVING count(*) >= $segment_customers)
    GROUP BY m.segment, m.month % 12
), means AS (
    SELECT segment, avg(factor) AS mean, max(factor) AS high, min(factor) AS low
    FROM factors GROUP BY segment HAVING count(*) = 12
)
SELECT f.segment, CAST(f.calendar AS INTEGER) AS calendar, round(f.factor / m.mean, 4) AS factor
FROM factors f JOIN means m ON m.segment = f.segment
WHERE m.low / m.mean > 0.01 AND greatest(m.high / m.mean - 1, 1 - m.low / m.mean) >= $season_from;
INSERT INTO spend_seasons SELECT $cycle, segment, calendar, factor FROM spend_season;

-- x = spend without season; its median, and the logarithms around theirs. At most one of the cycles may be empty.
CREATE OR REPLACE TEMP TABLE spend_habits AS
WITH spend AS (
    SELECT m.*, m.gross / coalesce(s.factor, 1.0) AS x, coalesce(n.factor, 1.0) AS season_now
    FROM spend_months m
    LEFT JOIN spend_season s ON s.segment = m.segment AND s.calendar = m.month % 12
    LEFT JOIN spend_season n ON n.segment = m.segment AND n.calendar = $cycle % 12
    WHERE m.month BETWEEN $cycle - 12 AND $cycle AND m.first_month <= $cycle - $min_cycles
), gathered AS (
    SELECT customer_id, segment, CAST(least(12, $cycle - min(first_month)) AS INTEGER) AS cycles,
        CAST(count(*) FILTER (WHERE month < $cycle) AS INTEGER) AS filled,
        array_agg(x) FILTER (WHERE month < $cycle) AS before,
        min(gross) FILTER (WHERE month < $cycle) AS low, max(gross) FILTER (WHERE month < $cycle) AS high,
        coalesce(max(x) FILTER (WHERE month = $cycle), 0.0) AS now,
        coalesce(max(gross) FILTER (WHERE month = $cycle), 0.0) AS gross_now, max(season_now) AS season_now
    FROM spend
    GROUP BY customer_id, segment
), complete AS (
    SELECT customer_id, segment, cycles, filled, now, gross_now, season_now, high,
        CASE WHEN filled < cycles THEN append_of(before, 0.0) ELSE before END AS before,
        CASE WHEN filled < cycles THEN 0.0 ELSE low END AS low
    FROM gathered
    WHERE cycles - filled <= 1
), centred AS (
    SELECT *, median_of(before) AS usual FROM complete
), logged AS (
    SELECT *, ln_of(before, greatest($offset, $offset_share * usual)) AS logs,
        ln(now + greatest($offset, $offset_share * usual)) AS log_now
    FROM centred
    WHERE usual >= $min_usual
)
SELECT customer_id, segment, cycles, filled, usual, usual * season_now AS usual_here, now, gross_now, low, high, log_now,
    median_of(logs) AS middle, 1.4826 * mad_of(logs) AS spread
FROM logged;

-- g and the usual spread of the segment; of the whole firm where the segment is small; start values where that is small.
CREATE OR REPLACE TEMP TABLE spend_group AS
WITH segments AS (
    SELECT segment, count(*) AS customers, median(log_now - middle) AS shift, median(spread) AS spread,
        avg(CASE WHEN now > 0 THEN 1.0 ELSE 0.0 END) AS present,
        round(avg(filled / cycles), 9) AS expected -- the same in whatever order customers are summed
    FROM spend_habits GROUP BY segment
), firm AS (
    SELECT count(*) AS customers, median(log_now - middle) AS shift, median(spread) AS spread FROM spend_habits
)
SELECT s.segment, s.customers, s.present, s.expected,
    round(CASE WHEN s.customers >= $segment_customers THEN s.shift
        WHEN f.customers >= $segment_customers THEN f.shift ELSE 0.0 END, 6) AS shift,
    round(CASE WHEN s.customers >= $segment_customers THEN s.spread
        WHEN f.customers >= $segment_customers THEN f.spread ELSE $spread_default END, 6) AS spread
FROM segments s CROSS JOIN firm f;
INSERT INTO spend_groups
SELECT $cycle, segment, customers, shift, spread, present, expected FROM spend_group;

INSERT INTO spend_scores
WITH scored AS (
    SELECT h.*, g.shift, g.spread AS segment_spread,
        (h.log_now - h.middle - g.shift) / greatest($spread_floor, sqrt(
            (h.cycles * h.spread * h.spread + $weight * g.spread * g.spread) / (h.cycles + $weight))) AS z,
        1 - h.now / h.usual AS fallen, e.customer_id IS NOT NULL AS is_explained
    FROM spend_habits h
    JOIN spend_group g ON g.segment = h.segment
    LEFT JOIN (
        SELECT DISTINCT customer_id FROM spend_explained WHERE month BETWEEN $cycle - 1 AND $cycle
    ) e ON e.customer_id = h.customer_id
)
SELECT $cycle, customer_id, segment, cycles, usual, usual_here, now, gross_now, low, high, z, fallen, shift, segment_spread,
    z <= $watch_z AND fallen >= $watch_drop AND NOT is_explained,
    z <= $alarm_z AND fallen >= $alarm_drop AND usual - now >= $alarm_stake AND NOT is_explained,
    z > $clear_z
FROM scored;
