# The report on the models: every section is a program or script of
# tests/models that prints it; `make check-models` runs them all, collects
# them in build/check-models.txt and fails where one does.  Needs gretl and R
# (setup/peers.sh); real data is read from PLIMSOLL_DATA.

MODEL_DRIVERS := $(patsubst %.c,$(B)/%,$(wildcard tests/models/*_driver.c tests/models/*_report.c))
MODEL_SUPPORT := $(call objects,$(filter-out $(wildcard tests/models/*_driver.c tests/models/*_report.c),$(wildcard tests/models/*.c)) tests/support/garch_series.c)

$(B)/tests/models/%: $(B)/tests/models/%.o $(MODEL_SUPPORT) $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(B)/libhost.a $(B)/libpure.a $(LIBS_HOST) $(LIBS_CORE) -o $@

.PHONY: check-models model-drivers
model-drivers: $(MODEL_DRIVERS)
check-models: ## the models against peers, simulation and history: build/check-models.txt
	@setup/apt.sh && setup/peers.sh
	@$(MAKE) --no-print-directory -s model-drivers
	@BUILD=$(B) tests/models/run.sh

.PHONY: backtest-report
backtest-report: $(B)/plimsoll ## docs/backtest.md's figures from PLIMSOLL_DATA: an hour
	tests/models/backtest_report.sh
