/* report.c -- canonical bytes of the report. */
#include "case/report.h"

#include <string.h>

#include "case/fields.h"

static const struct field component_fields[] = {
	FIELD(FIELD_UNSIGNED, struct component_report, current),
	FIELD(FIELD_UNSIGNED, struct component_report, target),
	FIELD(FIELD_UNSIGNED, struct component_report, unconstrained),
	FIELD(FIELD_UNSIGNED, struct component_report, chosen),
	FIELD(FIELD_TEXT, struct component_report, binding),
	FIELD(FIELD_TEXT, struct component_report, limit),
};

static const struct field asset_fields[] = {
	FIELD(FIELD_BYTES, struct asset_report, asset),
	FIELD(FIELD_TEXT, struct asset_report, symbol),
	FIELD(FIELD_UNSIGNED, struct asset_report, reasons),
	FIELD(FIELD_UNSIGNED, struct asset_report, price_e8),
	FIELD(FIELD_BOOL, struct asset_report, authenticated),
	FIELD(FIELD_UNSIGNED, struct asset_report, volatility_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, median_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, garch_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, ewma_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, degrees_e3),
	FIELD(FIELD_UNSIGNED, struct asset_report, var99_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, es975_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, gap_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, touch_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, impact_bps),
	FIELD(FIELD_UNSIGNED, struct asset_report, capacity_usd),
	FIELD(FIELD_UNSIGNED, struct asset_report, loss_usd),
	FIELD(FIELD_UNSIGNED, struct asset_report, loss_error_usd),
	FIELD(FIELD_UNSIGNED, struct asset_report, utilisation_ppm),
	FIELD(FIELD_UNSIGNED, struct asset_report, elasticity_e3),
	FIELD(FIELD_UNSIGNED, struct asset_report, elasticity_error_e3),
	FIELD(FIELD_BOOL, struct asset_report, moves_in_steps),
	FIELD(FIELD_UNSIGNED, struct asset_report, return_ppm[0]),
	FIELD(FIELD_UNSIGNED, struct asset_report, return_ppm[1]),
	FIELD(FIELD_UNSIGNED, struct asset_report, stress_ppm[0]),
	FIELD(FIELD_UNSIGNED, struct asset_report, stress_ppm[1]),
};

static const struct field baseline_fields[] = {
	FIELD(FIELD_TEXT, struct baseline_report, name),
	FIELD(FIELD_UNSIGNED, struct baseline_report, values[COMPONENT_LTV]),
	FIELD(FIELD_UNSIGNED, struct baseline_report, values[COMPONENT_LT]),
	FIELD(FIELD_UNSIGNED, struct baseline_report, values[COMPONENT_LB]),
	FIELD(FIELD_UNSIGNED, struct baseline_report,
	      values[COMPONENT_SUPPLY_CAP]),
	FIELD(FIELD_UNSIGNED, struct baseline_report,
	      values[COMPONENT_BORROW_CAP]),
};

static const struct field scenario_fields[] = {
	FIELD(FIELD_TEXT, struct scenario_report, name),
	FIELD(FIELD_UNSIGNED, struct scenario_report, before_usd),
	FIELD(FIELD_UNSIGNED, struct scenario_report, after_usd),
};

static const struct field affected_fields[] = {
	FIELD(FIELD_BYTES, struct affected_report, account),
	FIELD(FIELD_UNSIGNED, struct affected_report, debt_usd),
	FIELD(FIELD_UNSIGNED, struct affected_report, health_now_bps),
	FIELD(FIELD_UNSIGNED, struct affected_report, health_then_bps),
};

#define FIGURE(which, figure) \
	FIELD(FIELD_UNSIGNED, struct report, which.figure.value_usd), \
	FIELD(FIELD_UNSIGNED, struct report, which.figure.error_usd)
#define LOSS(which) \
	FIGURE(which, var95), FIGURE(which, var99), FIGURE(which, es975), \
	FIGURE(which, es99), \
	FIELD(FIELD_UNSIGNED, struct report, which.liquidated_mean_usd)

static const struct field report_fields[] = {
	FIELD(FIELD_BYTES, struct report, seed),
	FIELD(FIELD_BOOL, struct report, synthetic),
	FIELD(FIELD_UNSIGNED, struct report, authenticated_ppm),
	FIELD(FIELD_UNSIGNED, struct report, horizon_s),
	FIELD(FIELD_UNSIGNED, struct report, path_count),
	FIELD(FIELD_UNSIGNED, struct report, step_count),
	FIELD(FIELD_UNSIGNED, struct report, position_count),
	FIELD(FIELD_UNSIGNED, struct report, merged_count),
	FIELD(FIELD_UNSIGNED, struct report, merge_error_usd),
	FIELD(FIELD_UNSIGNED, struct report, coverage_ppm),
	FIELD(FIELD_UNSIGNED, struct report, residual_usd),
	FIELD(FIELD_UNSIGNED, struct report, cascade_evaluations),
	FIELD(FIELD_UNSIGNED, struct report, screened_evaluations),
	LOSS(before),
	LOSS(after),
	FIELD(FIELD_UNSIGNED, struct report, cut_liquidates_usd),
	FIELD(FIELD_UNSIGNED, struct report, cut_liquidates_accounts),
};

/* A list of plain structs: where it lies and what its members are. */
struct table {
	void *elements;
	size_t size, count, most; /* of an element; in use; room */
	const struct field *fields;
	size_t field_count;
};

#define TABLE(array, in_use, members) \
	{ array, sizeof((array)[0]), in_use, sizeof(array) / \
	  sizeof((array)[0]), members, FIELDS_COUNT(members) }

static void encode_table(struct buffer *out, const struct table *table)
{
	const uint8_t *at = table->elements;

	cbor_put_array(out, table->count);
	for (size_t i = 0; i < table->count; i++, at += table->size) {
		cbor_put_array(out, table->field_count);
		fields_encode(out, at, table->fields, table->field_count);
	}
}

static enum status decode_table(size_t *count, const struct table *table,
				struct cbor_reader *reader)
{
	uint8_t *at = table->elements;
	enum status status = list_open(count, reader, table->most);

	for (size_t i = 0; i < *count && !status; i++, at += table->size)
		status = record_decode(at, reader, table->fields,
				       table->field_count);
	return status;
}

static struct table components_of(struct asset_report *asset)
{
	return (struct table)TABLE(asset->components, COMPONENTS_COUNT,
				   component_fields);
}

static struct table baselines_of(struct asset_report *asset)
{
	return (struct table)TABLE(asset->baselines, asset->baseline_count,
				   baseline_fields);
}

static struct table scenarios_of(struct report *report)
{
	return (struct table)TABLE(report->scenarios, report->scenario_count,
				   scenario_fields);
}

static struct table affected_of(struct report *report)
{
	return (struct table)TABLE(report->affected, report->affected_count,
				   affected_fields);
}

static void encode_asset(struct buffer *out, struct asset_report *asset)
{
	struct table components = components_of(asset);
	struct table baselines = baselines_of(asset);

	cbor_put_array(out, FIELDS_COUNT(asset_fields) + 2);
	fields_encode(out, asset, asset_fields, FIELDS_COUNT(asset_fields));
	encode_table(out, &components);
	encode_table(out, &baselines);
}

void report_encode(struct buffer *out, const struct report *report)
{
	struct report *in = (struct report *)(uintptr_t)report; /* read only */
	struct table scenarios = scenarios_of(in), affected = affected_of(in);

	cbor_put_array(out, FIELDS_COUNT(report_fields) + 4);
	cbor_put_unsigned(out, REPORT_VERSION);
	fields_encode(out, report, report_fields, FIELDS_COUNT(report_fields));
	encode_table(out, &scenarios);
	encode_table(out, &affected);
	cbor_put_array(out, report->asset_count);
	for (size_t i = 0; i < report->asset_count; i++)
		encode_asset(out, &in->assets[i]);
}

static enum status decode_asset(struct asset_report *out,
				struct cbor_reader *reader)
{
	struct table components = components_of(out);
	struct table baselines = baselines_of(out);
	size_t count = 0;
	enum status status = cbor_expect_array(
		reader, FIELDS_COUNT(asset_fields) + 2);

	if (!status)
		status = fields_decode(out, reader, asset_fields,
				       FIELDS_COUNT(asset_fields));
	if (!status)
		status = decode_table(&count, &components, reader);
	if (!status && count != COMPONENTS_COUNT)
		status = E_MALFORMED;
	return status ? status
		      : decode_table(&out->baseline_count, &baselines, reader);
}

static enum status decode_lists(struct report *out, struct cbor_reader *reader)
{
	struct table scenarios = scenarios_of(out), affected = affected_of(out);
	enum status status =
		decode_table(&out->scenario_count, &scenarios, reader);

	if (!status)
		status = decode_table(&out->affected_count, &affected, reader);
	if (!status)
		status = list_open(&out->asset_count, reader, ASSETS_MAX);
	for (size_t i = 0; i < out->asset_count && !status; i++)
		status = decode_asset(&out->assets[i], reader);
	return status;
}

enum status report_decode(struct report *out, struct bytes in)
{
	struct report read;
	struct cbor_reader reader;
	enum status status;

	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, in);
	status = record_open(&reader, FIELDS_COUNT(report_fields) + 4,
			     REPORT_VERSION);
	if (!status)
		status = fields_decode(&read, &reader, report_fields,
				       FIELDS_COUNT(report_fields));
	if (!status)
		status = decode_lists(&read, &reader);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = read;
	return status;
}
