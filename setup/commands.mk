# The command table: one row per agent/cmd_X.c, in alphabetical order.

COMMAND_NAMES := $(sort $(patsubst agent/cmd_%.c,%,$(wildcard agent/cmd_*.c)))

$(B)/gen/commands.c: $(wildcard agent/cmd_*.c) setup/commands.mk
	@mkdir -p $(@D)
	@{ echo '/* Generated from the names agent/cmd_*.c. */'; \
	   echo '#include "agent/command.h"'; \
	   for n in $(COMMAND_NAMES); do echo "extern const struct command_group commands_$$n;"; done; \
	   echo 'const struct command_group *const command_groups[] = {'; \
	   for n in $(COMMAND_NAMES); do echo "	&commands_$$n,"; done; \
	   echo '	NULL,'; echo '};'; } > $@

$(B)/plimsoll: $(B)/agent/main.o $(B)/libhost.a $(B)/libpure.a
	$(SAY) "  link $@"
	$(Q)$(CC) $(LDFLAGS) $< $(B)/libhost.a $(B)/libpure.a $(LIBS_HOST) $(LIBS_CORE) -o $@
