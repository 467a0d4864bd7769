# The store under pgTAP, on a private cluster of its own (postgresql-15-pgtap).

.PHONY: check-sql
check-sql: $(B)/plimsoll ## pgTAP tests of the schema, on a throwaway cluster
	@tests/sql/run.sh $<
