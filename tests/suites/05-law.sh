#!/bin/bash
# Each rule of the law, broken once in a copy, is noticed.
exec tests/law/test_law.sh
