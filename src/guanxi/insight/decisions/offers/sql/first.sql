-- Each way of what comes before the priced offers that the gates of its offer let through, and why that way is closed (0: it is
-- not). why_of_channel stands for the column of the way's channel (arbitration/offering.py).

SELECT o.customer_id, o.offer, w.treatment, why_of_channel AS why
FROM first_gates o
JOIN first_ways w ON w.offer = o.offer
WHERE o.why = 0
