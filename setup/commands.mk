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

.PHONY: man
man: $(B)/plimsoll ## write the man pages and the bash completion under build/man
	@mkdir -p build/man
	@for n in $(COMMAND_NAMES); do $(B)/plimsoll manual page $$n > build/man/plimsoll-$$n.1 || exit 1; done
	@$(B)/plimsoll manual completion > build/man/plimsoll.bash && echo "build/man: $(words $(COMMAND_NAMES)) pages, completion"
