/* fuzz_decide.c -- decide() on cases that were tampered with: an answer or a
 * refusal, never a crash; what it answers parses again.
 *
 * First byte 0: records that edit the sample case before it is encoded, so
 * that the digests hold and the edits reach the models.  1: records that edit
 * the encoded bytes.  Otherwise: the rest is the case. */
#include <stdlib.h>
#include <string.h>

#include "case/report.h"
#include "models/decide.h"
#include "tests/support/sample_case.h"

#define RECORD 12u
#define RECORDS_MAX 64u
#define FED 2100u
#define FRESH 30u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *records;
static size_t record_count;
static struct bar fresh_bars[2][FED + FRESH];

static void edit_terms(struct reserve *r, uint8_t what, uint64_t value)
{
	switch (what) {
	case 0: r->price_e8 = value; return;
	case 1: r->price_time_s = value; return;
	case 2: r->flags = value & 31; return;
	case 3: r->ltv_bps = (uint32_t)value; return;
	case 4: r->lt_bps = (uint32_t)value; return;
	case 5: r->lb_bps = (uint32_t)value; return;
	case 6: r->supply_cap = value; return;
	case 7: r->borrow_cap = value; return;
	case 8: r->decimals = (uint8_t)value; return;
	case 9: r->outside_change_s = value; return;
	case 10: r->optimal_bps = (uint32_t)value; return;
	default: r->slope2_bps = (uint32_t)value; return;
	}
}

static void edit_amounts(struct reserve *r, uint8_t what, u128 value)
{
	switch (what) {
	case 0: r->supplied = value; return;
	case 1: r->borrowed = value; return;
	case 2: r->available = value; return;
	default: r->deficit = value; return;
	}
}

static void edit_position(struct case_input *in, const uint8_t *record,
			  u128 value)
{
	struct position *p = &in->positions[record[1] % 3];
	struct holding *h = &p->holdings[record[2] % 2];

	switch (record[3] % 4) {
	case 0: h->supplied = value; return;
	case 1: h->borrowed = value; return;
	case 2: h->collateral = value & 1; return;
	default: p->emode = (uint8_t)value; return;
	}
}

static void edit_limit(struct case_input *in, const uint8_t *record,
		       uint64_t value)
{
	struct tuple_state *kind =
		&in->reserves[record[1] % 2].kinds[record[2] % 3];
	struct component_limit *limit = &kind->limit.components[record[2] % 2];

	switch (record[3] % 6) {
	case 0: limit->floor = value; return;
	case 1: limit->ceiling = value; return;
	case 2: limit->step_tighten = value; return;
	case 3: limit->step_loosen = value; return;
	case 4: limit->allowance_tighten = value; return;
	default: limit->allowance_loosen = value; return;
	}
}

static void edit_curve(struct case_input *in, const uint8_t *record,
		       uint64_t value)
{
	struct liquidity_curve *curve = &in->curves[record[1] % 2];
	struct curve_point *point = &curve->points[record[2] % 3];

	switch (record[3] % 4) {
	case 0: point->size_usd = value; return;
	case 1: point->impact_bps = (uint32_t)value; return;
	case 2: curve->time_s = value; return;
	default: curve->count = (uint8_t)(value % 4); return;
	}
}

static void edit_bar(struct case_input *in, const uint8_t *record,
		     uint64_t value)
{
	struct series *series = &in->series[record[1] % 2];
	struct bar *bar = &series->bars[series->count - 1 -
					record[2] % FRESH];
	struct decimal price = { (int64_t)(value % 1000000000000000u),
				 (int32_t)(value % 13) - 12 };

	while (price.mantissa && price.mantissa % 10 == 0) {
		price.mantissa /= 10;
		price.exponent++;
	}
	if (!price.mantissa)
		price.exponent = 0;
	bar->open = bar->high = bar->low = bar->close = price;
}

static void edit_case(struct case_input *in, uint8_t what, uint64_t value)
{
	switch (what % 9) {
	case 0: in->anchor_time_s = value; return;
	case 1: in->evidence = (uint8_t)(1 + value % 3); return;
	case 2: in->mode = value & 1; return;
	case 3: in->position_count = (uint32_t)(value % 4); return;
	case 4: in->curve_count = (uint8_t)(value % 3); return;
	case 5: in->series_count = (uint8_t)(value % 3); return;
	case 6: in->quote_count = (uint8_t)(value % 5); return;
	case 7: in->epoch = value; return;
	default: in->steward.max_age_s = value & 0xffffff; return;
	}
}

static void edit(struct case_input *in, const uint8_t *record)
{
	uint64_t value = load_be64(record + 4);
	u128 wide = (u128)value << record[3] % 64;
	struct reserve *reserve = &in->reserves[record[1] % 2];

	switch (record[0] % 7) {
	case 0: edit_terms(reserve, record[2] % 12, value); return;
	case 1: edit_amounts(reserve, record[2] % 4, wide); return;
	case 2: edit_position(in, record, wide); return;
	case 3: edit_limit(in, record, value); return;
	case 4: edit_curve(in, record, value); return;
	case 5: edit_bar(in, record, value); return;
	default: edit_case(in, record[2], value); return;
	}
}

/* The sample's bars are shared between runs: edits go to a copy. */
static void change(struct case_input *in, struct policy *policy)
{
	(void)policy;
	for (size_t i = 0; i < 2; i++) {
		struct series *series = &in->series[i];

		memcpy(fresh_bars[i], series->bars,
		       series->count * sizeof(struct bar));
		series->bars = fresh_bars[i];
	}
	for (size_t i = 0; i < record_count; i++)
		edit(in, records + i * RECORD);
}

static void edit_bytes(struct bytes bytes)
{
	uint8_t *data = (uint8_t *)(uintptr_t)bytes.data;

	for (size_t i = 0; i < record_count; i++)
		data[load_be64(records + i * RECORD + 4) % bytes.size] =
			records[i * RECORD];
}

static void judge(struct bytes bytes)
{
	static uint8_t room[1u << 20];
	static struct decide_output out;
	static struct signed_decision again;
	static struct report report;
	static struct state state;
	struct arena arena;
	struct buffer buffer;
	size_t needed = decide_memory(bytes);
	void *block = aligned_alloc(16, (needed + 15) / 16 * 16 + 16);
	enum status status;

	if (!block)
		return;
	memset(&out, 0, sizeof(out));
	arena_init(&arena, block, needed);
	status = decide(&out, bytes, NULL, &arena, NULL);
	if (status == E_LIMIT)
		abort(); /* decide_memory() is said to be enough */
	if (status != OK && status != E_MALFORMED && status != E_AUTHENTIC &&
	    status != E_INPUT)
		abort();
	if (!status) {
		buffer_init(&buffer, room, sizeof(room));
		signed_decision_encode(&buffer, &out.signed_decision);
		if (buffer.overflow ||
		    signed_decision_decode(&again, buffer_bytes(&buffer)) ||
		    report_decode(&report, out.signed_decision.report) ||
		    state_decode(&state, out.state))
			abort();
	}
	free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sample_design design = { FED, FRESH, false, change };
	struct bytes bytes;

	if (size < 1)
		return 0;
	records = data + 1;
	record_count = (size - 1) / RECORD;
	if (record_count > RECORDS_MAX)
		record_count = RECORDS_MAX;
	if (data[0] > 1) {
		judge(bytes_of(data + 1, size - 1));
		return 0;
	}
	if (data[0] == 1)
		design.change = NULL;
	bytes = sample_decidable(&design);
	if (data[0] == 1)
		edit_bytes(bytes);
	judge(bytes);
	return 0;
}
