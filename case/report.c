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
	FIELD(FIELD_UNSIGNED, struct asset_report, volatility_bps),
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
	LOSS(before),
	LOSS(after),
	FIELD(FIELD_UNSIGNED, struct report, cut_liquidates_usd),
	FIELD(FIELD_UNSIGNED, struct report, cut_liquidates_accounts),
};

static void encode_asset(struct buffer *out, const struct asset_report *asset)
{
	cbor_put_array(out, FIELDS_COUNT(asset_fields) + COMPONENTS_COUNT);
	fields_encode(out, asset, asset_fields, FIELDS_COUNT(asset_fields));
	for (size_t i = 0; i < COMPONENTS_COUNT; i++) {
		cbor_put_array(out, FIELDS_COUNT(component_fields));
		fields_encode(out, &asset->components[i], component_fields,
			      FIELDS_COUNT(component_fields));
	}
}

void report_encode(struct buffer *out, const struct report *report)
{
	cbor_put_array(out, FIELDS_COUNT(report_fields) + 2);
	cbor_put_unsigned(out, REPORT_VERSION);
	fields_encode(out, report, report_fields, FIELDS_COUNT(report_fields));
	cbor_put_array(out, report->asset_count);
	for (size_t i = 0; i < report->asset_count; i++)
		encode_asset(out, &report->assets[i]);
}

static enum status decode_asset(struct asset_report *out,
				struct cbor_reader *reader)
{
	enum status status = cbor_expect_array(
		reader, FIELDS_COUNT(asset_fields) + COMPONENTS_COUNT);

	if (!status)
		status = fields_decode(out, reader, asset_fields,
				       FIELDS_COUNT(asset_fields));
	for (size_t i = 0; i < COMPONENTS_COUNT && !status; i++)
		status = record_decode(&out->components[i], reader,
				       component_fields,
				       FIELDS_COUNT(component_fields));
	return status;
}

static enum status decode_assets(struct report *out,
				 struct cbor_reader *reader)
{
	enum status status = list_open(&out->asset_count, reader, ASSETS_MAX);

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
	status = record_open(&reader, FIELDS_COUNT(report_fields) + 2, REPORT_VERSION);
	if (!status)
		status = fields_decode(&read, &reader, report_fields,
				       FIELDS_COUNT(report_fields));
	if (!status)
		status = decode_assets(&read, &reader);
	if (!status)
		status = cbor_finish(&reader);
	if (!status)
		*out = read;
	return status;
}
