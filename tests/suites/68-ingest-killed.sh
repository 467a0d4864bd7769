#!/bin/bash
# Mostly waits: for servers that are slow on purpose.
# Live ingest while PostgreSQL is killed again and again.
exec tests/e2e/ingest_killed.sh
