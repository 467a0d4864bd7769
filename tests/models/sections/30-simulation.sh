#!/bin/bash
# Bias of the estimates and coverage of their intervals on simulated series;
# SIMULATIONS series a model (default 1000).
exec "$BUILD/tests/models/simulation_report"
