-- Every change of a parameter seen on chain, ours and others'.
CREATE VIEW risk.v_parameter_change_log AS
SELECT c.changed_at AS as_of, c.block, c.chain_id,
       '0x' || encode(c.market, 'hex') AS market, c.symbol AS asset, c.kind,
       c.component AS param, c.old_value AS old, c.new_value AS new,
       c.changed_at, '0x' || encode(c.transaction_hash, 'hex') AS tx,
       '0x' || encode(c.author, 'hex') AS author,
       '0x' || encode(c.decision_digest, 'hex') AS update_id,
       (d.document #>> '{loss,var95,value}')::numeric AS var_before,
       (d.document #>> '{lossAfter,var95,value}')::numeric AS var_after
FROM plimsoll.parameter_changes c
LEFT JOIN plimsoll.decisions d ON d.digest = c.decision_digest;
