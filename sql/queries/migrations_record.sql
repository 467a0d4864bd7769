-- $1 name, $2 digest
INSERT INTO public.plimsoll_migrations (name, digest) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, applied_at = now()
