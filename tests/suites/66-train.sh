#!/bin/bash
# The learned expert's training by its command.
exec tests/e2e/train.sh
