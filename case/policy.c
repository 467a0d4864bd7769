/* policy.c -- canonical bytes and bounds of the policy.
 *
 * Members come from policy.def; the ini form is agent/policy_file.c. */
#include "case/policy.h"

#include <string.h>

#include "case/fields.h"

#define DEVELOPMENT_CHAIN 31337

struct bounds {
	const char *name;
	uint64_t minimum, maximum;
};

static const struct field identity_fields[] = {
	FIELD(FIELD_UNSIGNED, struct policy, chain_id),
	FIELD(FIELD_BYTES, struct policy, steward),
	FIELD(FIELD_BYTES, struct policy, market),
	FIELD(FIELD_BOOL, struct policy, development),
};

static const struct field policy_fields[] = {
#define POLICY(member, minimum, maximum, preset, meaning) \
	FIELD(FIELD_UNSIGNED, struct policy, member),
#include "case/policy.def"
};

static const struct bounds policy_bounds[] = {
#define POLICY(member, minimum, maximum, preset, meaning) \
	{ #member, minimum, maximum },
#include "case/policy.def"
};

static const struct field asset_identity_fields[] = {
	FIELD(FIELD_BYTES, struct asset_policy, asset),
	FIELD(FIELD_TEXT, struct asset_policy, symbol),
	FIELD(FIELD_BOOL, struct asset_policy, collateral),
	FIELD(FIELD_BOOL, struct asset_policy, borrowable),
	FIELD(FIELD_BOOL, struct asset_policy, stable),
	FIELD(FIELD_BOOL, struct asset_policy, rates),
};

static const struct field asset_fields[] = {
#define ASSET(member, minimum, maximum, preset, meaning) \
	FIELD(FIELD_UNSIGNED, struct asset_policy, member),
#include "case/policy.def"
};

static const struct bounds asset_bounds[] = {
#define ASSET(member, minimum, maximum, preset, meaning) \
	{ #member, minimum, maximum },
#include "case/policy.def"
};

void policy_encode(struct buffer *out, const struct policy *policy)
{
	cbor_put_array(out, 4);
	cbor_put_unsigned(out, POLICY_VERSION);
	cbor_put_array(out, FIELDS_COUNT(identity_fields));
	fields_encode(out, policy, identity_fields,
		      FIELDS_COUNT(identity_fields));
	cbor_put_array(out, FIELDS_COUNT(policy_fields));
	fields_encode(out, policy, policy_fields, FIELDS_COUNT(policy_fields));
	cbor_put_array(out, policy->asset_count);
	for (size_t i = 0; i < policy->asset_count; i++) {
		cbor_put_array(out, FIELDS_COUNT(asset_identity_fields) +
					    FIELDS_COUNT(asset_fields));
		fields_encode(out, &policy->assets[i], asset_identity_fields,
			      FIELDS_COUNT(asset_identity_fields));
		fields_encode(out, &policy->assets[i], asset_fields,
			      FIELDS_COUNT(asset_fields));
	}
}

static enum status decode_asset(struct asset_policy *out,
				struct cbor_reader *reader)
{
	enum status status =
		cbor_expect_array(reader, FIELDS_COUNT(asset_identity_fields) +
						  FIELDS_COUNT(asset_fields));

	if (!status)
		status = fields_decode(out, reader, asset_identity_fields,
				       FIELDS_COUNT(asset_identity_fields));
	return status ? status
		      : fields_decode(out, reader, asset_fields,
				      FIELDS_COUNT(asset_fields));
}

static enum status decode_assets(struct policy *out,
				 struct cbor_reader *reader)
{
	enum status status = list_open(&out->asset_count, reader, ASSETS_MAX);

	for (size_t i = 0; i < out->asset_count && !status; i++)
		status = decode_asset(&out->assets[i], reader);
	return status;
}

enum status policy_decode(struct policy *out, struct bytes in)
{
	struct policy read;
	struct cbor_reader reader;
	enum status status;

	memset(&read, 0, sizeof(read));
	cbor_reader_init(&reader, in);
	status = record_open(&reader, 4, POLICY_VERSION);
	if (!status)
		status = record_decode(&read, &reader, identity_fields,
				       FIELDS_COUNT(identity_fields));
	if (!status)
		status = record_decode(&read, &reader, policy_fields,
				       FIELDS_COUNT(policy_fields));
	if (!status)
		status = decode_assets(&read, &reader);
	if (!status)
		status = cbor_finish(&reader);
	if (!status && policy_check(&read))
		status = E_INPUT;
	if (!status)
		*out = read;
	return status;
}

static uint64_t member_value(const void *object, const struct field *field)
{
	uint64_t value = 0;
	uint32_t narrow;
	const uint8_t *at = (const uint8_t *)object + field->offset;

	if (field->size == 8) {
		memcpy(&value, at, 8);
		return value;
	}
	memcpy(&narrow, at, 4);
	return narrow;
}

static const char *check_table(const void *object, const struct field *fields,
			       const struct bounds *bounds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t value = member_value(object, &fields[i]);

		if (value < bounds[i].minimum || value > bounds[i].maximum)
			return bounds[i].name;
	}
	return NULL;
}

static const char *check_asset(const struct asset_policy *asset)
{
	const char *offender = check_table(asset, asset_fields, asset_bounds,
					   FIELDS_COUNT(asset_fields));

	if (offender)
		return offender;
	if (asset->ltv_floor_bps > asset->ltv_ceiling_bps ||
	    asset->ltv_ceiling_bps > asset->lt_ceiling_bps)
		return "ltv_floor_bps, ltv_ceiling_bps, lt_ceiling_bps: not "
		       "ascending";
	if (asset->lt_floor_bps > asset->lt_ceiling_bps)
		return "lt_floor_bps above lt_ceiling_bps";
	if (asset->lb_floor_bps > asset->lb_ceiling_bps)
		return "lb_floor_bps above lb_ceiling_bps";
	if (asset->optimal_floor_bps > asset->optimal_ceiling_bps ||
	    asset->base_floor_bps > asset->base_ceiling_bps ||
	    asset->slope1_floor_bps > asset->slope1_ceiling_bps ||
	    asset->slope2_floor_bps > asset->slope2_ceiling_bps)
		return "a rate's floor above its ceiling";
	if (asset->slope1_ceiling_bps > asset->slope2_ceiling_bps ||
	    (uint64_t)asset->base_ceiling_bps + asset->slope1_ceiling_bps +
			    asset->slope2_ceiling_bps > 100000)
		return "rate ceilings: slope1 above slope2, or a sum above "
		       "100000";
	if (asset->supply_cap_floor > asset->supply_cap_ceiling ||
	    asset->borrow_cap_floor > asset->borrow_cap_ceiling)
		return "a cap floor above its ceiling";
	return NULL;
}

static const char *check_relations(const struct policy *policy)
{
	if (policy->development && policy->chain_id != DEVELOPMENT_CHAIN)
		return "development: only chain 31337 may admit "
		       "unauthenticated evidence";
	if (policy->path_count % 2)
		return "path_count must be even";
	if (policy->horizon_s % policy->step_s)
		return "horizon_s must be a multiple of step_s";
	if (policy->window_bars < policy->burn_in_bars)
		return "window_bars below burn_in_bars";
	return NULL;
}

const char *policy_check(const struct policy *policy)
{
	const char *offender = check_table(policy, policy_fields,
					   policy_bounds,
					   FIELDS_COUNT(policy_fields));

	if (!offender)
		offender = check_relations(policy);
	if (!offender && policy->asset_count > ASSETS_MAX)
		offender = "too many assets";
	for (size_t i = 0; i < policy->asset_count && !offender; i++) {
		offender = check_asset(&policy->assets[i]);
		if (!offender && i &&
		    memcmp(policy->assets[i - 1].asset, policy->assets[i].asset,
			   ADDRESS_SIZE) >= 0)
			offender = "assets not ascending by address";
	}
	return offender;
}

void policy_hash(uint8_t out32[HASH_SIZE], struct bytes canonical)
{
	keccak256(out32, canonical.data, canonical.size);
}

const struct asset_policy *policy_asset(const struct policy *policy,
					const uint8_t asset[ADDRESS_SIZE])
{
	for (size_t i = 0; i < policy->asset_count; i++)
		if (!memcmp(policy->assets[i].asset, asset, ADDRESS_SIZE))
			return &policy->assets[i];
	return NULL;
}
