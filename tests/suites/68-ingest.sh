#!/bin/bash
# Mostly waits: for servers that are slow on purpose.
# Live ingest by the command, in front of servers that misbehave.
exec tests/e2e/ingest.sh
