-- $1 import, $2 line, $3 reason, $4 content
INSERT INTO plimsoll.import_rejections (import_id, line, reason, content)
VALUES ($1::bigint, $2::bigint, $3, $4)
