#!/bin/bash
# Every hourly and daily series of the data, walk-forward.
exec "$BUILD/tests/models/walk_forward_report"
