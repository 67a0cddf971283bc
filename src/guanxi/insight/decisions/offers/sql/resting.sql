-- Which offer rests for whom, since whose answer and until which day: rows of `said` (customer_id, offer, outcome, day) of all
-- teams and channels, `rest_terms` of every offer that was made, `policy_days` (a row), `accepted_days` (rest by day of acceptance).
-- NULL in the policy: there is no such rule.
-- A day of rest is the day of the answer and the days after it; on `until` the offer may be made again.

WITH answered AS (
    SELECT s.customer_id, s.offer, s.outcome, s.day, s.place, coalesce(s.is_paper, FALSE) AS is_paper, t.is_sale, t.is_rested_after, t.rest_days,
        CASE WHEN t.family = '' THEN s.offer ELSE 'family:' || t.family END AS kin
    FROM said s JOIN rest_terms t ON t.reference = s.offer
), named AS (
    SELECT reference, CASE WHEN family = '' THEN reference ELSE 'family:' || family END AS kin, is_sale FROM rest_terms
), accepted AS (
    -- after credit, insurance or a fund at least until the next statement, after any offer its own days: no other sale
    SELECT customer_id, offer AS cause, a.day, greatest(rest_days, CASE WHEN is_rested_after THEN r.rest ELSE 0 END) AS days
    FROM answered a JOIN accepted_days r ON r.day = a.day WHERE outcome = $accepted AND is_sale
), refused AS (
    SELECT customer_id, offer, max(day) AS day, count(*) AS times FROM answered WHERE outcome = $refused
    GROUP BY customer_id, offer
), kin_refused AS (
    SELECT customer_id, kin, max(day) AS day, max_by(offer, place) AS cause FROM answered WHERE outcome = $refused
    GROUP BY customer_id, kin
), lately AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id, kin ORDER BY place DESC) AS back,
        max(CASE WHEN is_paper THEN -1 ELSE place END) OVER (PARTITION BY customer_id, offer) AS asked_at
    FROM answered
), unanswered AS (
    -- the last three times that somebody asked about the family nobody answered: neither the telephone, nor a letter in its time; a
    -- letter after which somebody was called about the same offer is one matter with the call
    SELECT customer_id, kin, max(day) AS day, max_by(offer, place) AS cause FROM lately WHERE back <= $times
    GROUP BY customer_id, kin HAVING count(*) FILTER (
        WHERE outcome = $no_answer OR (is_paper AND outcome = $went_out AND days_after(day, $ignored) <= $on AND asked_at < place)
    ) = $times
), rests AS (
    SELECT a.customer_id, n.reference AS offer, 'sibling_rest' AS reason, a.cause, a.day, a.days
    FROM accepted a JOIN named n ON n.is_sale
    UNION ALL
    SELECT customer_id, offer, CASE WHEN times > 1 AND p.refused_twice IS NOT NULL THEN 'refused_twice' ELSE 'refused' END, offer, day,
        coalesce(CASE WHEN times > 1 THEN p.refused_twice END, p.refused, 0)
    FROM refused CROSS JOIN policy_days p
    UNION ALL
    SELECT k.customer_id, n.reference, 'refused_family', k.cause, k.day, coalesce(p.refused_family, 0)
    FROM kin_refused k JOIN named n ON n.kin = k.kin CROSS JOIN policy_days p
    UNION ALL
    SELECT u.customer_id, n.reference, 'unanswered_family', u.cause, u.day, coalesce(p.unanswered, 0)
    FROM unanswered u JOIN named n ON n.kin = u.kin CROSS JOIN policy_days p
), lasting AS (
    -- of what rests it as long the first by its name is told, on either engine
    SELECT *, row_number() OVER (PARTITION BY customer_id, offer, reason ORDER BY days_after(day, days) DESC, cause) AS back
    FROM rests WHERE days_after(day, days) > $on
)
SELECT customer_id, offer, reason, max(cause) FILTER (WHERE back = 1) AS cause, max(day) AS since, max(days_after(day, days)) AS until
FROM lasting
GROUP BY customer_id, offer, reason
ORDER BY customer_id, offer, reason
