#!/bin/bash
# The schema under pgTAP, on a throwaway cluster.
exec make -s check-sql
