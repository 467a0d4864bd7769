# The learned expert's weights: made again, and compared with those that ship.

SHIPPED_WEIGHTS := models/learned/shipped_weights.c
LONG_CHECKS += check-weights

.PHONY: train-weights check-weights
train-weights: $(B)/plimsoll ## train the shipped weights again (about 2 minutes) and write their source
	$(B)/plimsoll train --source-file $(SHIPPED_WEIGHTS)

check-weights: $(B)/plimsoll ## the shipped weights are what `plimsoll train` makes
	@work=$$(mktemp); $(B)/plimsoll train --source-file $$work && cmp $$work $(SHIPPED_WEIGHTS) \
	  && echo "check-weights: the same bytes"; rc=$$?; rm -f $$work; exit $$rc
