-- The record of what ran; outside our schemas because it comes before them.
CREATE TABLE IF NOT EXISTS public.plimsoll_migrations (
	name text PRIMARY KEY,
	digest bytea NOT NULL CHECK (length(digest) = 32),
	applied_at timestamptz NOT NULL DEFAULT now()
)
