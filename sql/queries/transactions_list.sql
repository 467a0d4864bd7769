-- Newest first.  $1 open ones only
SELECT t.hash, t.sender, coalesce(t.submission_id, 0), t.chain_id, t.nonce,
       coalesce(t.block, 0), coalesce(t.gas_used, 0), t.state, t.reason,
       coalesce(s.via, ''), extract(epoch FROM t.updated_at)::bigint
FROM plimsoll.transactions t
LEFT JOIN plimsoll.submissions s ON s.id = t.submission_id
WHERE NOT $1::boolean
   OR t.state NOT IN ('confirmed', 'reverted', 'replaced')
ORDER BY t.created_at DESC, t.nonce DESC, t.hash
