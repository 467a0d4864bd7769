#!/bin/bash
# Signed price messages by the command.
exec tests/e2e/feed.sh
