/* fuzz_source_answers.c -- an answer to any source of prices: refused as the
 * peer's fault and nothing taken, or readings of the job's feeds; a chain whose
 * uptime feed says nothing is not up.  First byte: which source and, of a
 * chain's, which step. */
#include <stdlib.h>

#include "feeds/net/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct signer_context *context(void)
{
	static const uint8_t seed[32] = { 1 };
	static struct signer_context *made;

	if (!made)
		made = signer_context_create(seed);
	return made;
}

static void check(const struct readings *got, const struct source_job *job)
{
	for (size_t i = 0; i < got->count; i++) {
		const struct reading *r = &got->items[i];

		if (r->item >= job->item_count || r->time_ms < 0)
			abort();
		if (r->is_candle && (r->time_ms / 1000 < job->since_s ||
				     r->time_ms / 1000 >= job->now_s))
			abort();
		if (r->signature == READING_VERIFIED)
			abort(); /* nobody's key is among those trusted */
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct redstone_rules rules = { .signer_count = 1,
						     .threshold = 1 };
	static const struct guardian_set sets[] = { { .count = 1 },
						    { .index = 3, .count = 1 } };
	struct source_job job = {
		.item_count = 1, .items = { { .key = "ETH" } },
		.interval_s = 3600, .since_s = 1700000000,
		.now_s = 1790000000,
		.trust = { .redstone = &rules, .guardians = sets,
			   .guardian_count = 2, .context = context() } };
	struct readings got = { 0 };
	struct error error = { 0 };
	size_t kinds = 0;
	enum status status;

	while (source_kind_at(kinds))
		kinds++;
	if (size < 1)
		return 0;
	job.kind = source_kind_at(data[0] % kinds);
	job.items[0].asked_to_s = job.now_s;
	job.chain = (struct source_chain){
		.chain_id = 1, .step = (uint32_t)(data[0] / kinds % 4),
		.read_block = 100, .block = 1000, .span = 500,
		.uptime = "0x371EAD81c9102C9BF4874A9075FFFf170F2Ee389",
		.aggregators = { { .decimals = 8, .phase = 1, .known = true } } };
	status = job.kind->answer(&got, &job, bytes_of(data + 1, size - 1),
				  &error);
	if (status && (status != E_PEER || got.count || !*error.message))
		abort();
	check(&got, &job);
	if (job.chain.is_up && (!job.chain.uptime_read ||
				job.chain.uptime_since_s < 0))
		abort();
	readings_free(&got);
	return 0;
}
