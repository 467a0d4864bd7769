#!/bin/bash
# decide() gives the same bytes on every compiler, level, thread count and CPU.
exec tests/golden/matrix.sh
