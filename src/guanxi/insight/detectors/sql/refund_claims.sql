-- Refunds claimed on nearly every order of the window: what was counted, and nothing about why (RSK-06). An order counts where
-- it was bought or claimed in the window; a claim on an order is one, however many lines. Claims that follow each other
-- within the window are one episode.

CREATE OR REPLACE TEMP TABLE claim_signals AS
WITH claims AS (
    SELECT customer_id, claimed_on AS day, lag(claimed_on) OVER (PARTITION BY customer_id ORDER BY claimed_on, "order") AS before
    FROM dealt_orders WHERE claimed_on IS NOT NULL
), begun AS (
    SELECT customer_id, max(CASE WHEN before IS NULL OR days_between(before, day) > $days THEN day END) AS began
    FROM claims GROUP BY customer_id
), placed AS (
    SELECT *, coalesce(claimed_on > days_after($as_of, -$days), FALSE) AS is_claimed,
        coalesce(bought_on > days_after($as_of, -$days), FALSE) AS is_bought
    FROM dealt_orders
), counted AS (
    SELECT customer_id, sum(CASE WHEN is_claimed THEN 1 ELSE 0 END) AS claims,
        sum(CASE WHEN is_bought OR is_claimed AND "order" <> '' THEN 1 ELSE 0 END) AS orders,
        CAST(sum(CASE WHEN is_claimed THEN returned ELSE 0 END) AS BIGINT) AS returned, max(claimed_on) AS last_on
    FROM placed GROUP BY customer_id
)
SELECT key_of('abuse_review|' || code || '|' || CAST(began AS STRING)) AS key, n.customer_id, 'abuse_review' AS kind,
    'alarm' AS state, last_on AS occurred_on, 0.5 AS severity, 0 AS at_stake,
    '{"table":"dealings","customer_id":' || CAST(n.customer_id AS STRING) || ',"from":"'
        || CAST(days_after($as_of, 1 - $days) AS STRING) || '","to":"' || CAST($as_of AS STRING)
        || '","measure":"refund_claims","given":{"days":' || CAST($days AS STRING) || ',"began":"' || CAST(began AS STRING) || '"},"figures":{"claims":'
        || CAST(claims AS STRING) || ',"orders":' || CAST(orders AS STRING) || ',"returned":' || CAST(returned AS STRING)
        || '}}' AS evidence,
    '{"claims":' || CAST(claims AS STRING) || ',"orders":' || CAST(orders AS STRING) || '}' AS facts,
    CAST(NULL AS BIGINT) AS usual, CAST(NULL AS DATE) AS habit_from, CAST(NULL AS DATE) AS habit_to,
    CAST(0 AS DOUBLE) AS probability -- none is claimed
FROM counted n
JOIN begun b ON b.customer_id = n.customer_id
JOIN customers c ON c.customer_id = n.customer_id
WHERE claims >= $claims AND claims >= $share * orders;
