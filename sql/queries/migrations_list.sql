-- Migrations that ran, in order; the row "views" is the digest of all views.
SELECT name, digest FROM public.plimsoll_migrations ORDER BY name
