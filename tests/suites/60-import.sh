#!/bin/bash
# Mostly waits.
# Good, odd and bad price files; the store killed in the middle.
exec tests/e2e/import_errors.sh
