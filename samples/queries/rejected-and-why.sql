-- What could not be taken, what was taken with a loss, and why?
-- Rows of rejects with "kept" are notes on articles that are in the store all the same.
SELECT
    if(kept, 'kept with a note', 'rejected') AS outcome,
    stage,
    reason,
    count(*) AS times,
    list(DISTINCT parse_filename(source) ORDER BY parse_filename(source)) AS files,
    min(detail) AS for_example
FROM rejects
GROUP BY ALL
ORDER BY outcome DESC, times DESC, reason;
