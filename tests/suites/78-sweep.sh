#!/bin/bash
# A grid of policies over one history: one process, two, two MPI ranks.
exec tests/e2e/sweep.sh
