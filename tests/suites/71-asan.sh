#!/bin/bash
# Every unit and host test once more, under ASan (leaks too) and UBSan.
exec make -s MODE=asan -j2 unit
