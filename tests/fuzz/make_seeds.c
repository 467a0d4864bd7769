/* make_seeds.c -- writes the seeds of canonical formats from the sample case:
 * make_seeds FOLDER, usually tests/fuzz/corpus.  Run it again after a format
 * has changed (`make fuzz-seeds`). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/decide.h"
#include "tests/support/sample_case.h"

static const char *folder;

static void write_seed(const char *name, int tag, struct bytes content)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (!file || (tag >= 0 && fputc(tag, file) == EOF) ||
	    fwrite(content.data, 1, content.size, file) != content.size ||
	    fclose(file)) {
		perror(path);
		exit(1);
	}
}

/* Not what the encoder writes: cut short, grown, of another version, with a
 * head that is not the shortest, and one bit wrong in the middle. */
static void write_spoiled(const char *name, int tag, struct bytes sound)
{
	static uint8_t room[65536];
	static const char *const how[] = { "cut", "grown", "version", "head",
					   "bit" };

	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		size_t size = sound.size, shift = i == 3;
		char path[128];

		memset(room, 0, sizeof(room));
		memcpy(room + shift, sound.data, size);
		size = i == 0 ? size - 1 : i == 1 || i == 3 ? size + 1 : size;
		if (i == 2)
			room[1]++;
		if (i == 3) {
			room[1] = room[0] & 0x1f;
			room[0] = (uint8_t)((sound.data[0] & 0xe0) | 24);
		}
		if (i == 4)
			room[size / 2] ^= 1;
		snprintf(path, sizeof(path), "%s_%s", name, how[i]);
		write_seed(path, tag, bytes_of(room, size));
	}
}

/* Sound but for one member of one list, which the decoder must refuse. */
static void write_wrong_lists(void)
{
	static uint8_t room[65536];
	static const char *const names[] = {
		"case/emode_zero", "case/emode_mask", "case/usage_reserve",
		"case/usage_order" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct case_input in;
		struct buffer out;

		sample_case(&in);
		if (i == 0)
			in.emodes[0].id = 0;
		if (i == 1)
			in.emodes[0].borrowable = 4;
		if (i == 2)
			in.usages[1].reserve = 2;
		if (i == 3)
			in.usages[0].samples[1].time_s = 0;
		buffer_init(&out, room, sizeof(room));
		case_encode(&out, &in);
		write_seed(names[i], 0, buffer_bytes(&out));
	}
}

static void write_case(void)
{
	static uint8_t room[65536];
	struct case_input in;
	struct buffer out;

	sample_case(&in);
	buffer_init(&out, room, sizeof(room));
	case_encode(&out, &in);
	write_seed("case/case", 0, buffer_bytes(&out));
	write_seed("case/policy", 2, in.policy);
	write_seed("case/state", 3, in.state);
	write_spoiled("case/case", 0, buffer_bytes(&out));
	write_spoiled("case/policy", 2, in.policy);
	write_spoiled("case/state", 3, in.state);
	write_seed("cbor/case", -1, buffer_bytes(&out));
	write_seed("cbor/policy", -1, in.policy);
	in.emode_count = 0;
	in.usage_count = 0;
	in.position_count = 0;
	in.curve_count = 0;
	in.series_count = 0;
	in.quote_count = 0;
	buffer_init(&out, room, sizeof(room));
	case_encode(&out, &in);
	write_seed("case/case_bare", 0, buffer_bytes(&out));
}

static void write_sample_decision(void)
{
	static uint8_t room[65536];
	struct signed_decision decision;
	struct buffer out;

	sample_decision(&decision);
	buffer_init(&out, room, sizeof(room));
	signed_decision_encode(&out, &decision);
	write_seed("case/decision_sample", 1, buffer_bytes(&out));
	write_seed("decision_file/bytes_sample", 1, buffer_bytes(&out));
}

/* A decision that was really made, its report and the next state. */
static void write_decided(void)
{
	static uint8_t room[1u << 20];
	static struct decide_output output;
	struct bytes bytes =
		sample_decidable(&(struct sample_design){ 2100, 30, false, NULL });
	size_t needed = decide_memory(bytes);
	struct arena arena;
	struct buffer out;
	void *block = aligned_alloc(16, (needed + 15) / 16 * 16);

	arena_init(&arena, block, needed);
	if (decide(&output, bytes, NULL, &arena, NULL)) {
		fputs("make_seeds: the sample case was refused\n", stderr);
		exit(1);
	}
	buffer_init(&out, room, sizeof(room));
	signed_decision_encode(&out, &output.signed_decision);
	write_seed("case/decision", 1, buffer_bytes(&out));
	write_spoiled("case/decision", 1, buffer_bytes(&out));
	write_seed("decision_file/bytes", 1, buffer_bytes(&out));
	write_spoiled("case/report", 4, output.signed_decision.report);
	write_seed("case/report", 4, output.signed_decision.report);
	write_seed("case/state_next", 3, output.state);
	write_seed("cbor/report", -1, output.signed_decision.report);
	free(block);
}

static void write_record(const char *name, uint8_t mode,
			 const uint8_t head[4], uint64_t value)
{
	uint8_t record[12];

	memcpy(record, head, 4);
	store_be64(record + 4, value);
	write_seed(name, mode, bytes_of(record, sizeof(record)));
}

/* Head: which group, index, member, shift; fuzz_decide.c reads them. */
static void write_edits(void)
{
	static const struct {
		const char *name;
		uint8_t head[4];
		uint64_t value;
	} edits[] = {
		{ "decide/price_zero", { 0, 0, 0, 0 }, 0 },
		{ "decide/price_huge", { 0, 0, 0, 0 }, UINT64_MAX },
		{ "decide/price_crash", { 0, 0, 0, 0 }, 30000000000u },
		{ "decide/price_stale", { 0, 0, 1, 0 }, 1 },
		{ "decide/frozen", { 0, 0, 2, 0 }, 3 },
		{ "decide/ltv_above_lt", { 0, 0, 3, 0 }, 9900 },
		{ "decide/lt_zero", { 0, 0, 4, 0 }, 0 },
		{ "decide/decimals_255", { 0, 1, 8, 0 }, 255 },
		{ "decide/cap_none", { 0, 0, 6, 0 }, 0 },
		{ "decide/supplied_huge", { 1, 0, 0, 63 }, UINT64_MAX },
		{ "decide/available_zero", { 1, 1, 2, 0 }, 0 },
		{ "decide/debt_huge", { 2, 0, 1, 1 }, UINT64_MAX },
		{ "decide/no_collateral", { 2, 1, 0, 2 }, 0 },
		{ "decide/step_zero", { 3, 0, 0, 2 }, 0 },
		{ "decide/floor_huge", { 3, 0, 0, 0 }, UINT64_MAX },
		{ "decide/impact_total", { 4, 0, 2, 1 }, 10000 },
		{ "decide/curve_empty", { 4, 0, 0, 3 }, 0 },
		{ "decide/bar_zero", { 5, 0, 0, 0 }, 0 },
		{ "decide/bar_spike", { 5, 0, 1, 0 }, 999999999999999u },
		{ "decide/evidence_a", { 6, 0, 1, 0 }, 0 },
		{ "decide/no_positions", { 6, 0, 3, 0 }, 0 },
		{ "decide/one_series", { 6, 0, 5, 0 }, 1 },
		{ "decide/quotes", { 6, 0, 6, 0 }, 4 },
		{ "decide/epoch_zero", { 6, 0, 7, 0 }, 0 },
	};

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		write_record(edits[i].name, 0, edits[i].head, edits[i].value);
	write_seed("decide/untouched", 0, bytes_of("", 0));
	write_record("decide/byte_first", 1, (uint8_t[4]){ 0xff }, 0);
	write_record("decide/byte_middle", 1, (uint8_t[4]){ 0x1b }, 70000);
	write_seed("decide/not_a_case", 2, bytes_of("\x80", 1));
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: make_seeds FOLDER\n", stderr);
		return 2;
	}
	folder = argv[1];
	write_case();
	write_wrong_lists();
	write_sample_decision();
	write_decided();
	write_edits();
	return 0;
}
