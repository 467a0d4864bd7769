# All SQL of sql/{migrations,queries,views}/*.sql, as arrays in the binary:
# the table `sql_files` of sql/sql_files.h, sorted by path.

SQL_FILES := $(sort $(wildcard sql/migrations/*.sql sql/queries/*.sql sql/views/*.sql))
PQ_INCLUDE := -isystem /usr/include/postgresql

$(B)/gen/sql_files.c: $(SQL_FILES) setup/sql.mk sql/migrations sql/queries sql/views
	@mkdir -p $(@D)
	@if LC_ALL=C grep -nP '[^\x09\x0a\x20-\x7e]' $(SQL_FILES); then \
	  echo "error: SQL files are plain ASCII" >&2; exit 1; fi
	@{ echo '/* Generated from sql/: every file, as text. */'; \
	   echo '#include "sql/sql_files.h"'; \
	   n=0; for f in $(SQL_FILES); do n=$$((n + 1)); \
	     echo "static const char text_$$n[] = {"; \
	     od -An -v -tu1 $$f | sed 's/  */,/g; s/^,//; s/$$/,/'; echo '0 };'; done; \
	   echo 'const struct sql_file sql_files[] = {'; \
	   n=0; for f in $(SQL_FILES); do n=$$((n + 1)); \
	     p=$${f#sql/}; echo "	{ \"$${p%.sql}\", text_$$n },"; done; \
	   echo '	{ NULL, NULL },'; echo '};'; } > $@.part && mv $@.part $@

$(B)/sql/%.o: CFLAGS += $(PQ_INCLUDE)
$(B)/libhost.a: $(B)/gen/sql_files.o
