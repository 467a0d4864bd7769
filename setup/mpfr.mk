# MPFR judges the elementary and distribution functions: test time only, never
# in a program.

MPFR_TESTS := $(B)/tests/unit/test_elementary $(B)/tests/unit/test_distributions
$(MPFR_TESTS): LIBS_CORE += -lmpfr -lgmp

LONG_CHECKS += mpfr-long
.PHONY: mpfr-long
mpfr-long: $(MPFR_TESTS) ## elementary functions against MPFR at 1,000,000 points each
	@for t in $^; do PLIMSOLL_POINTS=1000000 $$t || exit 1; done
