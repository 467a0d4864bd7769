-- Newest first.  $1 chain (0: any), $2 market (NULL: any), $3 limit
SELECT digest, case_digest, epoch, outcome, evidence,
       extract(epoch FROM as_of)::bigint,
       extract(epoch FROM valid_until)::bigint,
       extract(epoch FROM stored_at)::bigint, anchor_block, signature, signer
FROM plimsoll.decisions
WHERE ($1::bigint = 0 OR chain_id = $1::bigint)
  AND ($2::bytea IS NULL OR market = $2::bytea)
ORDER BY stored_at DESC, epoch DESC, digest LIMIT $3::bigint
