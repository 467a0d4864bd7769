#!/bin/bash
# A case cut short or with one bit changed.
exec tests/e2e/case_errors.sh
