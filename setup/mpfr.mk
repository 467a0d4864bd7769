# MPFR judges the elementary functions: test time only, never in a program.

$(B)/tests/unit/test_elementary: LIBS_CORE += -lmpfr -lgmp

LONG_CHECKS += mpfr-long
.PHONY: mpfr-long
mpfr-long: $(B)/tests/unit/test_elementary ## elementary functions against MPFR at 1,000,000 points each
	PLIMSOLL_POINTS=1000000 $<
