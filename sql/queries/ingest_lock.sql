-- One import at a time: import ids then ascend in the order of their commits,
-- which is what makes "as known after import N" mean something.
SELECT pg_advisory_xact_lock(hashtext('plimsoll ingest'))
