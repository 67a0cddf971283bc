-- Of an insurer's year to $as_of, by segment: contract-days in force (of contracts that are open or ended on a known day), premiums paid,
-- claims (lines of money paid out) and what was paid for them, in minor units.

WITH exposed AS (
    SELECT c.segment, count(DISTINCT h.customer_id) AS customers,
        sum(days_between(greatest(coalesce(h.opened_on, days_after($as_of, -364)), days_after($as_of, -364)),
            least(coalesce(h.closed_on, days_after($as_of, 1)), days_after($as_of, 1)))) AS days_in_force
    FROM holdings h JOIN customers c ON c.customer_id = h.customer_id
    WHERE (h.status = $open OR h.closed_on IS NOT NULL) AND coalesce(h.opened_on, $as_of) <= $as_of
        AND (h.closed_on IS NULL OR h.closed_on > days_after($as_of, -364))
    GROUP BY c.segment
), paid AS (
    SELECT c.segment, sum(d.gross) AS premiums, sum(d.gross - d.net) AS paid
    FROM days d JOIN customers c ON c.customer_id = d.customer_id
    WHERE d.day > days_after($as_of, -365) AND d.day <= $as_of
    GROUP BY c.segment
), claimed AS (
    SELECT c.segment, sum(r.lines) AS claims
    FROM refunds r JOIN customers c ON c.customer_id = r.customer_id
    WHERE r.day > days_after($as_of, -365) AND r.day <= $as_of
    GROUP BY c.segment
)
SELECT e.segment, e.customers, CAST(e.days_in_force AS BIGINT) AS days_in_force, CAST(coalesce(p.premiums, 0) AS BIGINT) AS premiums,
    CAST(coalesce(p.paid, 0) AS BIGINT) AS paid, CAST(coalesce(k.claims, 0) AS BIGINT) AS claims
FROM exposed e LEFT JOIN paid p ON p.segment = e.segment LEFT JOIN claimed k ON k.segment = e.segment
WHERE e.days_in_force > 0
ORDER BY e.segment
