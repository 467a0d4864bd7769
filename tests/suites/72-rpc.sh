#!/bin/bash
# Commands in front of a JSON-RPC that lies.
exec tests/e2e/rpc_errors.sh
