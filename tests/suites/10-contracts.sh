#!/bin/bash
# The contracts under forge: unit, fuzz, invariants.
exec make -s check-contracts
