-- The newest import there is: what a load sees.
SELECT coalesce(max(id), 0) FROM plimsoll.imports
