#!/bin/bash
# The enclave process: locked out of everything; missing, dead or false.
exec tests/e2e/enclave_errors.sh
