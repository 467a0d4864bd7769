-- $1 digest; columns of decisions_list first
SELECT digest, case_digest, epoch, outcome, evidence,
       extract(epoch FROM as_of)::bigint,
       extract(epoch FROM valid_until)::bigint,
       extract(epoch FROM stored_at)::bigint, anchor_block, signature, signer,
       bytes, document
FROM plimsoll.decisions WHERE digest = $1::bytea
