#!/bin/bash
# The limiter in C and in Solidity on the same random queries.
exec make -s check-limiter
