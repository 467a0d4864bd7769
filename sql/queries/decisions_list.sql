-- The newest decisions with how their newest submission stands.
-- $1 chain (NULL: any), $2 market (NULL: any), $3 at most
SELECT d.digest, d.case_digest, d.chain_id, d.market, d.epoch, d.outcome,
       d.evidence, extract(epoch FROM d.as_of)::bigint,
       extract(epoch FROM d.valid_until)::bigint, d.anchor_block,
       d.signature IS NOT NULL, coalesce(s.via, ''), coalesce(s.state, '')
FROM plimsoll.decisions d
LEFT JOIN LATERAL (
	SELECT via, state FROM plimsoll.submissions
	WHERE decision_digest = d.digest ORDER BY id DESC LIMIT 1) s ON true
WHERE ($1::bigint IS NULL OR d.chain_id = $1)
  AND ($2::bytea IS NULL OR d.market = $2)
ORDER BY d.stored_at DESC, d.epoch DESC, d.digest LIMIT $3::bigint
