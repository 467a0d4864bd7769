-- The planner knows nothing of a table that was just filled.
ANALYZE pg_temp.staging
