# The law of the house: include graph, owners, sizes, banned calls, closure.

.PHONY: check-law
check-law: $(B)/libpure.a $(wildcard $(B)/plimsoll $(B)/plimsoll-enclave) ## judge the layout, sizes, owners and decide()'s link closure
	@awk -f tests/law/check_includes.awk tests/law/deps.law tests/law/owners.law \
	  $$(git ls-files -co --exclude-standard '*.c' '*.h') && echo "law: includes follow tests/law/deps.law"
	@tests/law/check_sizes.sh
	@tests/law/check_banned.sh && echo "law: nothing banned is called"
	@BUILD=$(B) tests/law/check_closure.sh $(wildcard $(B)/plimsoll $(B)/plimsoll-enclave)
