-- Transactions, newest first.
-- $1 chain (NULL: any), $2 only those under way, $3 at most
SELECT t.hash, coalesce(t.submission_id, 0), t.chain_id, t.sender, t.recipient,
       t.nonce, t.state, t.gas_limit, t.max_fee, t.priority_fee,
       coalesce(t.block, 0), t.block_hash, coalesce(t.gas_used, 0), t.reason,
       coalesce(s.via, ''), s.decision_digest
FROM plimsoll.transactions t
LEFT JOIN plimsoll.submissions s ON s.id = t.submission_id
WHERE ($1::bigint IS NULL OR t.chain_id = $1)
  AND (NOT $2::boolean OR t.state IN ('prepared', 'sent'))
ORDER BY t.created_at DESC, t.nonce DESC, t.hash LIMIT $3::bigint
