#!/bin/bash
# Digests of decisions and attachments, judged by ethers.
exec make -s check-decision-digest
