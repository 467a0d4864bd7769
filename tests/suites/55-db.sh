#!/bin/bash
# The store by its command.
exec tests/e2e/db.sh
