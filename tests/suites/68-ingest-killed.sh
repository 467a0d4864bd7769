#!/bin/bash
# Live ingest while PostgreSQL is killed again and again.
exec tests/e2e/ingest_killed.sh
