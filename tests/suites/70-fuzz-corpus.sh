#!/bin/bash
# Every fuzz target on its committed seeds, under the sanitizers.
exec make -s fuzz-corpus
