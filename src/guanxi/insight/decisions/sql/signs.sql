-- Signs of defection in 90 days, each kind once (decisioning.md 4.4), but for complaints, which whoever reads this counts as he needs:
-- what a detector states and nobody explained away, a product closed, and consent to marketing that was withdrawn.

CREATE OR REPLACE TEMP TABLE signs AS
SELECT customer_id, count(DISTINCT sign) AS signs
FROM (
    SELECT s.customer_id, s.kind AS sign
    FROM signals s LEFT JOIN explained x ON x.key = s.key
    WHERE x.key IS NULL AND s.state IN ('watch', 'alarm', 'confirmed', 'lapsed') AND s.occurred_on > days_after($as_of, -90)
        AND s.kind IN ('spend_drop', 'inactivity', 'service_friction', 'balance_runoff', 'promise_broken')
        AND (s.kind <> 'promise_broken' OR s.state = 'alarm') -- the second one is a sign
    UNION ALL
    SELECT customer_id, 'product_closed' FROM holdings WHERE closed_on > days_after($as_of, -90) AND closed_on <= $as_of
    UNION ALL
    SELECT customer_id, 'opted_out' FROM opted_out
) t GROUP BY customer_id;
