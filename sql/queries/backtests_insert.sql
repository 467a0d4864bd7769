-- A run's summary, unless it is there; a row when it was added.
-- $1 run, $2 model, $3 input digest, $4 from, $5 to, unix seconds,
-- $6 evidence, $7 synthetic, $8 document
INSERT INTO plimsoll.backtests (run_id, model_id, input_digest, starts_at,
	ends_at, evidence, synthetic, document)
VALUES ($1::bytea, $2::bytea, $3::bytea, to_timestamp($4::bigint),
	to_timestamp($5::bigint), $6, $7::boolean, $8::jsonb)
ON CONFLICT (run_id, model_id) DO NOTHING
RETURNING 1
