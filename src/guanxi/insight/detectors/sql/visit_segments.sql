-- Each segment's middle gap and squared coefficient of variation, and ('*') the whole firm's.
WITH own AS (
    SELECT segment, CAST(total AS DOUBLE) / gaps AS mean,
        (squares - CAST(total AS DOUBLE) * total / gaps) / (gaps - 1) / power(CAST(total AS DOUBLE) / gaps, 2) AS cv2
    FROM visits WHERE gaps >= $own_gaps
)
SELECT segment, count(*) AS customers, median(mean) AS mean, median(cv2) AS cv2 FROM own GROUP BY segment
UNION ALL
SELECT '*', count(*), median(mean), median(cv2) FROM own;
