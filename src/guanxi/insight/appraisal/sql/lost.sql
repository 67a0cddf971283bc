-- Who is lost by $as_of: by a person's word (stage), or silent for longer than his patience (patience.sql) without a holding in
-- force, or ended less than 60 days ago. A loss is dated back to the last purchase or end. `known_on`: when it could be known.
-- Of the first life: its worth, that of its last year, as the house earns (`earned`), and the tier that this year would be among those of
-- everybody else.
--
-- Evidence of why (estimates/reasons.py), within 90 days of the loss: a promise of ours that nobody kept (no word to the
-- customer within a week of the day agreed); and a move (`movers`) to a city where nobody who stays lives.
-- The record tells more (`told`): complaints that nobody had solved by then, enquiries that nobody answered within 24 hours, no to an
-- offer to stay, what he asked for that we did not have by then (however long ago), a price that we were to match, business that we
-- ended, that went to a rival, or that an age limit, a closed business or the end of a product ended. Prices: a product of his last year cost more (`rises`)
-- from a day within $price_days of the last one, which is the last purchase and not the day on which he stayed away; or $promoted of
-- what he bought in that year was on promotion. Whom he named last: `named`. What he said himself: `declared`.

CREATE OR REPLACE TEMP TABLE lives AS
WITH held AS (
    SELECT customer_id, min(opened_on) AS first_opened, max(closed_on) FILTER (WHERE closed_on <= $as_of) AS last_closed,
        count(*) FILTER (WHERE closed_on IS NULL OR closed_on > days_after($as_of, -60)) > 0 AS holds
    FROM holdings WHERE opened_on <= $as_of AND status <> $pending GROUP BY customer_id
)
SELECT c.customer_id, c.team_id, c.city_id, c.stage = $lost AS is_declared, least(p.first_day, h.first_opened) AS first_day,
    greatest(least(p.first_day, h.first_opened), p.last_day, h.last_closed) AS last_day,
    greatest(days_after(p.last_day, p.patience), days_after(h.last_closed, 60)) AS known_on,
    coalesce(days_between(p.last_day, $as_of) < p.patience, FALSE) OR coalesce(h.holds, FALSE) AS stays
FROM customers c
LEFT JOIN patience p ON p.customer_id = c.customer_id
LEFT JOIN held h ON h.customer_id = c.customer_id
WHERE p.customer_id IS NOT NULL OR h.customer_id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE gone AS SELECT * FROM lives WHERE is_declared OR NOT stays;

CREATE OR REPLACE TEMP TABLE lost AS
WITH worth AS (
    SELECT l.customer_id, sum(d.worth) AS worth,
        coalesce(sum(d.worth) FILTER (WHERE d.counted_on > days_after(l.last_day, -365)), 0) AS year_worth
    FROM lives l JOIN earned d ON d.customer_id = l.customer_id AND d.day <= $as_of GROUP BY l.customer_id
), placed AS (
    SELECT *, percent_rank() OVER (ORDER BY year_worth DESC) AS place FROM worth
), near AS (
    SELECT g.customer_id, g.last_day, v.day, v.direction, v.outcome, v.follow_up_on
    FROM gone g
    JOIN conversations v ON v.customer_id = g.customer_id AND v.day <= $as_of
        AND greatest(v.day, coalesce(v.follow_up_on, v.day)) >= days_after(g.last_day, -90) AND v.day <= days_after(g.last_day, 97)
), broken AS (
    SELECT DISTINCT n.customer_id
    FROM near n
    LEFT JOIN near k ON k.customer_id = n.customer_id AND k.day > n.day AND k.day <= days_after(n.follow_up_on, 7)
        AND k.direction = $outward AND k.outcome <> $no_answer
    WHERE n.outcome = $promised AND days_after(n.follow_up_on, 7) <= $as_of AND k.customer_id IS NULL
        AND n.follow_up_on BETWEEN days_after(n.last_day, -90) AND days_after(n.last_day, 90)
), moved AS (
    SELECT DISTINCT g.customer_id
    FROM gone g
    JOIN movers m ON m.customer_id = g.customer_id AND m.moved_on <= $as_of AND m.moved_on >= days_after(g.last_day, -180)
    LEFT JOIN (SELECT DISTINCT city_id FROM lives WHERE stays AND NOT is_declared) s ON s.city_id = g.city_id
    WHERE g.city_id IS NOT NULL AND s.city_id IS NULL
), marks AS (
    SELECT g.customer_id,
        max(CASE WHEN m.kind = 'unsolved' THEN 1 ELSE 0 END) = 1 AS unsolved,
        max(CASE WHEN m.kind = 'save_refused' THEN 1 ELSE 0 END) = 1 AS save_refused,
        max(CASE WHEN m.kind = 'ended_by_us' THEN 1 ELSE 0 END) = 1 AS ended_by_us,
        max(CASE WHEN m.kind = 'transferred' THEN 1 ELSE 0 END) = 1 AS transferred,
        max(CASE WHEN m.kind = 'life_ended' THEN 1 ELSE 0 END) = 1 AS life_ended,
        max(CASE WHEN m.kind = 'product_over' THEN 1 ELSE 0 END) = 1 AS product_over,
        max(CASE WHEN m.kind = 'outside' THEN 1 ELSE 0 END) = 1 AS outside,
        max(CASE WHEN m.kind = 'unheard' AND m.day <= days_after(g.last_day, 30) THEN 1 ELSE 0 END) = 1 AS unheard,
        max(CASE WHEN m.kind = 'product_gap' THEN 1 ELSE 0 END) = 1 AS product_gap,
        max(CASE WHEN m.kind = 'price_match' THEN 1 ELSE 0 END) = 1 AS price_match
    FROM gone g
    JOIN told m ON m.customer_id = g.customer_id AND m.day <= $as_of
        AND (m.day >= days_after(g.last_day, -90) OR m.kind = 'product_gap') AND m.day <= days_after(g.last_day, 90)
        AND (m.solved_on IS NULL OR m.solved_on > greatest(g.last_day, m.day))
    GROUP BY g.customer_id
), used AS (
    SELECT customer_id, product_id, last_day FROM bought WHERE last_day <= $as_of
    UNION ALL
    SELECT customer_id, product_id, coalesce(closed_on, opened_on) FROM holdings
    WHERE opened_on <= $as_of AND status <> $pending AND product_id IS NOT NULL
), products_of AS (
    -- of several on the last day always the same one
    SELECT u.customer_id, max(u.product_id) AS product_id
    FROM used u
    JOIN (SELECT customer_id, max(last_day) AS last_day FROM used GROUP BY customer_id) n
        ON n.customer_id = u.customer_id AND n.last_day = u.last_day
    GROUP BY u.customer_id
), dearer AS (
    SELECT DISTINCT g.customer_id
    FROM gone g
    JOIN used u ON u.customer_id = g.customer_id AND u.last_day > days_after(g.last_day, -365)
    JOIN rises r ON r.product_id = u.product_id AND r.day <= $as_of
        AND r.day BETWEEN days_after(g.last_day, -$price_days) AND days_after(g.last_day, $price_days)
), bargains AS (
    SELECT g.customer_id
    FROM gone g
    JOIN days d ON d.customer_id = g.customer_id AND d.is_purchase AND d.day > days_after(g.last_day, -365) AND d.day <= $as_of
    LEFT JOIN promoted p ON p.customer_id = d.customer_id AND p.day = d.day
    GROUP BY g.customer_id
    HAVING sum(d.gross) > 0 AND sum(coalesce(p.gross, 0)) >= $promoted * sum(d.gross)
), rivals AS (
    SELECT g.customer_id, max_by(n.name, n.day) AS name
    FROM gone g
    JOIN named n ON n.customer_id = g.customer_id AND n.day <= $as_of
        AND n.day BETWEEN days_after(g.last_day, -90) AND days_after(g.last_day, 90)
    GROUP BY g.customer_id
)
SELECT g.customer_id, g.team_id, g.first_day, g.last_day, g.is_declared,
    CASE WHEN g.stays OR g.known_on > $as_of THEN CAST($as_of AS DATE) ELSE g.known_on END AS known_on,
    coalesce(w.worth, 0) AS worth, coalesce(w.year_worth, 0) AS year_worth,
    CAST(CASE WHEN w.place < $share_a THEN 1 WHEN w.place >= 1 - $share_c OR w.place IS NULL THEN 3 ELSE 2 END AS SMALLINT) AS tier,
    t.product_id, b.customer_id IS NOT NULL OR coalesce(k.unsolved, FALSE) AS unsolved, coalesce(k.unheard, FALSE) AS unheard,
    coalesce(k.save_refused, FALSE) AS save_refused, m.customer_id IS NOT NULL OR coalesce(k.outside, FALSE) AS outside,
    coalesce(k.ended_by_us, FALSE) AS ended_by_us, coalesce(k.transferred, FALSE) AS transferred,
    coalesce(k.life_ended, FALSE) AS life_ended, coalesce(k.product_over, FALSE) AS product_over, coalesce(k.product_gap, FALSE) AS product_gap,
    coalesce(k.price_match, FALSE) AS price_match, e.customer_id IS NOT NULL AS price_increase, a.customer_id IS NOT NULL AS on_promotion,
    coalesce(v.name, '') AS rival, coalesce(d.reason, 0) AS declared
FROM gone g
LEFT JOIN placed w ON w.customer_id = g.customer_id
LEFT JOIN broken b ON b.customer_id = g.customer_id
LEFT JOIN dearer e ON e.customer_id = g.customer_id
LEFT JOIN bargains a ON a.customer_id = g.customer_id
LEFT JOIN rivals v ON v.customer_id = g.customer_id
LEFT JOIN moved m ON m.customer_id = g.customer_id
LEFT JOIN products_of t ON t.customer_id = g.customer_id
LEFT JOIN marks k ON k.customer_id = g.customer_id
LEFT JOIN declared d ON d.customer_id = g.customer_id AND d.lost_on = g.last_day
ORDER BY g.customer_id;
