# MPFR judges the elementary functions: test time only, never in a program.

$(B)/tests/unit/test_elementary: LIBS_CORE += -lmpfr -lgmp
