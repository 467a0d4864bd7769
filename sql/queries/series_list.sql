-- Every series that has bars.
SELECT f.id, f.asset, f.quote, f.source, f.kind, b.interval_s, f.synthetic,
       count(DISTINCT b.open_time),
       extract(epoch FROM min(b.open_time))::bigint,
       extract(epoch FROM max(b.open_time))::bigint
FROM plimsoll.feeds f JOIN plimsoll.bars b ON b.feed_id = f.id
GROUP BY f.id, b.interval_s
ORDER BY f.asset, f.quote, f.source, b.interval_s, f.id
