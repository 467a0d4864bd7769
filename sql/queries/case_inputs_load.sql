-- $1 case
SELECT i.feed_id, f.asset, f.quote, f.source, i.interval_s,
       extract(epoch FROM i.first_open)::bigint,
       extract(epoch FROM i.last_open)::bigint, i.count, i.digest, i.snapshot
FROM plimsoll.case_inputs i JOIN plimsoll.feeds f ON f.id = i.feed_id
WHERE i.case_digest = $1::bytea ORDER BY i.ordinal
