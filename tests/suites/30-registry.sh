#!/bin/bash
# Registry and development verifier on a local node.
exec node tests/chain/test_registry.mjs
