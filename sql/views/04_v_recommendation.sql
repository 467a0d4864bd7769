-- One row a component of every tuple of every decision.
CREATE VIEW risk.v_recommendation AS
SELECT d.as_of, d.anchor_block AS block, d.chain_id,
       '0x' || encode(d.market, 'hex') AS market,
       '0x' || encode(d.digest, 'hex') AS update_id, d.epoch, d.outcome,
       d.evidence, coalesce(t.tuple ->> 'symbol', t.tuple ->> 'asset') AS asset,
       t.tuple ->> 'kind' AS kind, v.component AS param,
       (t.tuple -> 'old' ->> v.component)::numeric AS current,
       v.value::numeric AS proposed,
       t.tuple -> 'binding' ->> v.component AS binding_limit,
       (t.tuple -> 'unconstrained' ->> v.component)::numeric AS unconstrained,
       d.document ->> 'modelHash' AS model_id,
       d.document -> 'reasons' AS reasons,
       coalesce((d.document ->> 'synthetic')::boolean, false) AS synthetic,
       d.valid_until AS expires_at, d.signer IS NOT NULL AS signed,
       coalesce(s.state, 'not submitted') AS state, s.via, d.stored_at
FROM plimsoll.decisions d
CROSS JOIN LATERAL jsonb_array_elements(
	CASE WHEN jsonb_typeof(d.document -> 'tuples') = 'array'
	     THEN d.document -> 'tuples' ELSE '[]' END) AS t (tuple)
CROSS JOIN LATERAL jsonb_each_text(t.tuple -> 'new') AS v (component, value)
LEFT JOIN LATERAL (
	SELECT state, via FROM plimsoll.submissions
	WHERE decision_digest = d.digest ORDER BY id DESC LIMIT 1) s ON true;
