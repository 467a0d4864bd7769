-- $1 digest, $2 case, $3 chain, $4 market, $5 epoch, $6 mode, $7 outcome,
-- $8 evidence, $9 as of, $10 valid until, $11 anchor block, $12 reasons,
-- $13 bytes, $14 signature, $15 signer, $16 document
INSERT INTO plimsoll.decisions (digest, case_digest, chain_id, market, epoch,
	mode, outcome, evidence, as_of, valid_until, anchor_block, reasons,
	bytes, signature, signer, document)
VALUES ($1::bytea, $2::bytea, $3::bigint, $4::bytea, $5::bigint, $6::smallint,
	$7, $8, to_timestamp($9::bigint), to_timestamp($10::bigint),
	$11::bigint, $12::numeric, $13::bytea, $14::bytea, $15::bytea,
	$16::jsonb)
ON CONFLICT (digest) DO NOTHING
