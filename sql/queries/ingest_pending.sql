-- Intervals that wait for a bar.
-- $1 interval, $2 feeds and $3 open times, unix seconds, arrays side by side
INSERT INTO plimsoll.bars_pending (interval_s, open_time, feed_id)
SELECT $1::integer, to_timestamp(p.open_s), f.id
FROM unnest($2::bigint[], $3::bigint[]) AS p (feed_id, open_s)
JOIN plimsoll.feeds f ON f.id = p.feed_id AND f.interval_s <= $1::integer
ON CONFLICT DO NOTHING
