/* backtest_file.c -- see backtest_file.h: the file, key by key. */
#include "agent/backtest_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/configuration.h"
#include "base/host/spool.h"

/** A number of a section: where it goes and what it may be. */
struct member {
	const char *name;
	size_t offset, size; /* 1, 4, 8: integers; 0: a double of ppm or usd */
	uint64_t minimum, maximum;
	double scale;        /* of a double */
};

#define NUMBER(structure, name, member, minimum, maximum) \
	{ name, offsetof(structure, member), \
	  sizeof(((structure *)0)->member), minimum, maximum, 0.0 }
#define DOUBLE(structure, name, member, maximum, scale) \
	{ name, offsetof(structure, member), 0, 0, maximum, scale }

static const struct member world_members[] = {
	NUMBER(struct backtest_plan, "borrowers", population.borrowers, 1,
	       20000),
	NUMBER(struct backtest_plan, "short_ppm", population.short_ppm, 0,
	       1000000),
	NUMBER(struct backtest_plan, "loop_ppm", population.loop_ppm, 0,
	       1000000),
	NUMBER(struct backtest_plan, "largest_ppm", population.largest_ppm, 0,
	       1000000),
	NUMBER(struct backtest_plan, "embargo_s", embargo_s, 0, 2592000),
	DOUBLE(struct backtest_plan, "depth_elasticity_ppm", depth_elasticity,
	       5000000, 1e-6),
	DOUBLE(struct backtest_plan, "depth_floor_ppm", depth_floor, 1000000,
	       1e-6),
};

static const struct member steward_members[] = {
	NUMBER(struct plan_steward, "confirm_delay_s", confirm_delay_s, 0,
	       2592000),
	NUMBER(struct plan_steward, "timelock_delay_s", timelock_delay_s, 0,
	       2592000),
	NUMBER(struct plan_steward, "pending_life_s", pending_life_s, 1,
	       31536000),
	NUMBER(struct plan_steward, "submission_delay_s", submission_delay_s,
	       0, 604800),
	NUMBER(struct plan_steward, "thaw_after_s", thaw_after_s, 0, 31536000),
};

static const struct member limit_members[] = {
	NUMBER(struct kind_limit, "window_s", window_s, 0, 31536000),
	NUMBER(struct kind_limit, "min_delay_tighten_s", min_delay_tighten_s,
	       0, 31536000),
	NUMBER(struct kind_limit, "min_delay_loosen_s", min_delay_loosen_s, 0,
	       31536000),
};

static const struct member asset_members[] = {
	NUMBER(struct plan_asset, "decimals", decimals, 0, 18),
	NUMBER(struct plan_asset, "ltv_bps", start.ltv_bps, 0, 10000),
	NUMBER(struct plan_asset, "lt_bps", start.lt_bps, 0, 10000),
	NUMBER(struct plan_asset, "lb_bps", start.lb_bps, 10000, 20000),
	NUMBER(struct plan_asset, "supply_cap", start.supply_cap, 0,
	       68719476735),
	NUMBER(struct plan_asset, "borrow_cap", start.borrow_cap, 0,
	       68719476735),
	NUMBER(struct plan_asset, "optimal_bps", start.optimal_bps, 100, 9900),
	NUMBER(struct plan_asset, "base_bps", start.base_bps, 0, 100000),
	NUMBER(struct plan_asset, "slope1_bps", start.slope1_bps, 0, 100000),
	NUMBER(struct plan_asset, "slope2_bps", start.slope2_bps, 0, 100000),
	NUMBER(struct plan_asset, "reserve_factor_bps", reserve_factor_bps, 0,
	       10000),
	NUMBER(struct plan_asset, "protocol_fee_bps", protocol_fee_bps, 0,
	       10000),
	DOUBLE(struct plan_asset, "supply_usd", supply_usd, 100000000000, 1.0),
};

/* Instead of supply_cap and borrow_cap, which are tokens. */
#define CAP_USD_MAX 1000000000000u
static const struct member cap_members[] = {
	NUMBER(struct caps_usd, "supply_cap_usd", supply, 1, CAP_USD_MAX),
	NUMBER(struct caps_usd, "borrow_cap_usd", borrow, 1, CAP_USD_MAX),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum status bad_value(const struct configuration_entry *entry,
			     const char *what, struct error *error)
{
	return error_set(error, E_USAGE, "backtest: %.60s = %.80s: %s",
			 entry->key, entry->value, what);
}

static bool parse_whole(uint64_t *out, const char *text, char **end)
{
	errno = 0;
	*out = strtoull(text, end, 10);
	return *text >= '0' && *text <= '9' && !errno;
}

static void store(void *object, const struct member *member, uint64_t value)
{
	char *at = (char *)object + member->offset;
	uint8_t byte = (uint8_t)value;
	uint32_t word = (uint32_t)value;
	double real = (double)value * member->scale;

	switch (member->size) {
	case 0: memcpy(at, &real, sizeof(real)); break;
	case 1: memcpy(at, &byte, 1); break;
	case 4: memcpy(at, &word, 4); break;
	default: memcpy(at, &value, 8); break;
	}
}

/* A line into the member it names; E_MISSING: none of these. */
static enum status set_member(void *object, const struct member *members,
			      size_t count,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	const char *name = strchr(entry->key, '.') + 1;

	for (size_t i = 0; i < count; i++) {
		uint64_t value;
		char *end;

		if (strcmp(members[i].name, name))
			continue;
		if (!parse_whole(&value, entry->value, &end) || *end)
			return bad_value(entry, "not a whole number", error);
		if (value < members[i].minimum || value > members[i].maximum)
			return error_set(error, E_USAGE, "backtest: %.60s = "
					 "%.40s is outside %" PRIu64 " .. %"
					 PRIu64, entry->key, entry->value,
					 members[i].minimum,
					 members[i].maximum);
		store(object, &members[i], value);
		return OK;
	}
	return E_MISSING;
}

static enum status set_evidence(struct backtest_plan *plan,
				const struct configuration_entry *entry,
				struct error *error)
{
	char letter = entry->value[0];

	if (letter < 'A' || letter > 'C' || entry->value[1])
		return bad_value(entry, "a class: A, B or C", error);
	plan->evidence = (uint8_t)(EVIDENCE_A + (letter - 'A'));
	return OK;
}

static enum status set_curve(struct plan_asset *asset,
			     const struct configuration_entry *entry,
			     struct error *error)
{
	struct liquidity_curve *curve = &asset->curve;
	char *at = entry->value;

	curve->count = 0;
	snprintf(curve->source, SOURCE_MAX, "plan");
	while (*at) {
		struct curve_point *point = &curve->points[curve->count];
		uint64_t size, impact = 0;

		if (curve->count == CURVE_POINTS_MAX ||
		    !parse_whole(&size, at, &at) || *at++ != ':' ||
		    !parse_whole(&impact, at, &at) || impact > 10000 ||
		    !size || (curve->count && size <= point[-1].size_usd))
			return bad_value(entry, "ascending SIZE_USD:IMPACT_BPS "
					 "with spaces between", error);
		if (curve->count && impact < point[-1].impact_bps)
			return bad_value(entry, "not ascending: a larger sale "
					 "presses the price no less", error);
		*point = (struct curve_point){ size, (uint32_t)impact };
		curve->count++;
		while (*at == ' ')
			at++;
	}
	return OK;
}

static enum status set_series(struct backtest_document *out, size_t index,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	struct plan_asset *asset = &out->plan.assets[index];

	snprintf(asset->series, sizeof(asset->series), "%s", entry->value);
	return history_source_add(&out->sources,
				  bytes_of_string(asset->symbol),
				  entry->value, error);
}

static enum status set_parent(struct backtest_plan *plan, size_t index,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	for (size_t a = 0; a < plan->asset_count; a++)
		if (!strcmp(plan->assets[a].symbol, entry->value)) {
			plan->assets[index].parent = (uint8_t)a;
			return OK;
		}
	return bad_value(entry, "no asset of the policy", error);
}

static enum status set_asset(struct backtest_document *out, size_t index,
			     const struct configuration_entry *entry,
			     struct error *error)
{
	const char *name = strchr(entry->key, '.') + 1;
	enum status status;

	if (!strcmp(name, "series"))
		return set_series(out, index, entry, error);
	if (!strcmp(name, "curve"))
		return set_curve(&out->plan.assets[index], entry, error);
	if (!strcmp(name, "parent"))
		return set_parent(&out->plan, index, entry, error);
	if (!strcmp(name, "history_symbol")) {
		snprintf(out->history_symbol[index], SYMBOL_MAX, "%s",
			 entry->value);
		return OK;
	}
	status = set_member(&out->caps[index], cap_members,
			    COUNT(cap_members), entry, error);
	return status != E_MISSING
		       ? status
		       : set_member(&out->plan.assets[index], asset_members,
				    COUNT(asset_members), entry, error);
}

/* Section [asset NAME] or [limit NAME]: what stands behind the blank. */
static bool names(const struct configuration_entry *entry, size_t skip,
		  const char *name)
{
	size_t length = strcspn(entry->key + skip, ".");

	return strlen(name) == length &&
	       !strncmp(entry->key + skip, name, length);
}

static enum status find_asset(struct backtest_document *out,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	for (size_t a = 0; a < out->plan.asset_count; a++)
		if (names(entry, 6, out->plan.assets[a].symbol))
			return set_asset(out, a, entry, error);
	error_set(error, E_USAGE, "backtest: %.60s: no such asset in the "
		  "policy", entry->key);
	return error_hint(error, "Both files speak of the same assets.");
}

/* STEP_TIGHTEN STEP_LOOSEN ALLOWANCE_TIGHTEN ALLOWANCE_LOOSEN FAST */
static enum status set_component(struct component_limit *limit,
				 const struct configuration_entry *entry,
				 struct error *error)
{
	uint64_t *const members[] = {
		&limit->step_tighten, &limit->step_loosen,
		&limit->allowance_tighten, &limit->allowance_loosen,
		&limit->fast_loosen };
	char *at = entry->value;

	for (size_t i = 0; i < COUNT(members); i++) {
		if (!parse_whole(members[i], at, &at) || *members[i] > 1000000)
			return bad_value(entry, "five whole numbers", error);
		while (*at == ' ')
			at++;
	}
	return *at ? bad_value(entry, "five whole numbers", error) : OK;
}

static enum status set_limit(struct backtest_plan *plan,
			     const struct configuration_entry *entry,
			     struct error *error)
{
	const char *name = strchr(entry->key, '.') + 1;

	for (uint8_t kind = 1; kind <= KINDS_COUNT; kind++) {
		struct kind_limit *limit = &plan->steward.limits[kind];

		if (!names(entry, 6, kind_name(kind)))
			continue;
		limit->set = true;
		limit->relative = kind == KIND_SUPPLY_CAP ||
				  kind == KIND_BORROW_CAP;
		limit->count = kind_value_count(kind);
		for (uint8_t i = 0; i < limit->count; i++)
			if (!strcmp(name, kind_component_name(kind, i)))
				return set_component(&limit->components[i],
						     entry, error);
		return set_member(limit, limit_members, COUNT(limit_members),
				  entry, error);
	}
	return bad_value(entry, "no such kind", error);
}

static enum status apply(struct backtest_document *out,
			 const struct configuration_entry *entry,
			 struct error *error)
{
	enum status status = E_MISSING;

	if (!strncmp(entry->key, "backtest.", 9)) {
		if (!strcmp(entry->key, "backtest.evidence"))
			return set_evidence(&out->plan, entry, error);
		status = set_member(&out->plan, world_members,
				    COUNT(world_members), entry, error);
	} else if (!strncmp(entry->key, "steward.", 8)) {
		status = set_member(&out->plan.steward, steward_members,
				    COUNT(steward_members), entry, error);
	} else if (!strncmp(entry->key, "limit ", 6) &&
		   strchr(entry->key, '.')) {
		status = set_limit(&out->plan, entry, error);
	} else if (!strncmp(entry->key, "asset ", 6) &&
		   strchr(entry->key, '.')) {
		status = find_asset(out, entry, error);
	}
	if (status != E_MISSING)
		return status;
	error_set(error, E_USAGE, "backtest: unknown key %.80s", entry->key);
	return error_hint(error, "`plimsoll backtest init` writes a file with "
			  "every key.");
}

static void begin(struct backtest_document *out)
{
	const struct policy *policy = &out->policy.policy;

	out->plan.policy = policy;
	out->plan.policy_bytes = bytes_of(out->policy.bytes, out->policy.size);
	out->plan.asset_count = policy->asset_count;
	out->plan.evidence = EVIDENCE_A;
	out->plan.population.follow_ppm = policy->relever_share_ppm;
	for (size_t a = 0; a < policy->asset_count; a++) {
		struct plan_asset *asset = &out->plan.assets[a];

		memcpy(asset->symbol, policy->assets[a].symbol, SYMBOL_MAX);
		asset->stable = policy->assets[a].stable;
		asset->parent = (uint8_t)a;
	}
}

/* The widest bands: the policy's own floors and ceilings bound below them. */
static void open_bands(struct backtest_plan *plan)
{
	for (uint8_t kind = 1; kind <= KINDS_COUNT; kind++)
		for (uint8_t i = 0; i < plan->steward.limits[kind].count; i++) {
			struct component_limit *limit =
				&plan->steward.limits[kind].components[i];

			limit->floor = kind == KIND_SUPPLY_CAP ||
				       kind == KIND_BORROW_CAP;
			limit->ceiling = limit->floor ? 68719476735u : 100000u;
		}
}

static enum status complete(const struct backtest_document *document,
			    struct error *error)
{
	for (size_t a = 0; a < document->plan.asset_count; a++) {
		const struct plan_asset *asset = &document->plan.assets[a];
		const char *lacks = !*asset->series	  ? "series"
				    : !asset->curve.count ? "curve"
				    : !(asset->supply_usd > 0.0)
					    ? "supply_usd"
				    : !asset->start.optimal_bps
					    ? "optimal_bps"
				    : !asset->start.lb_bps ? "lb_bps"
							   : NULL;

		if (lacks)
			return error_set(error, E_USAGE, "backtest: [asset %s] "
					 "has no %s", asset->symbol, lacks);
		if (asset->start.ltv_bps > asset->start.lt_bps)
			return error_set(error, E_USAGE, "backtest: [asset "
					 "%s] ltv_bps is above lt_bps",
					 asset->symbol);
	}
	return OK;
}

enum status backtest_file_read(struct backtest_document *out,
			       const char *policy_path,
			       const char *market_path, struct error *error)
{
	struct configuration entries;
	enum status status;

	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%s", policy_path);
	status = policy_file_read(&out->policy, policy_path, error);
	if (status)
		return status;
	begin(out);
	status = configuration_read(&entries, market_path, error);
	if (status)
		return status;
	for (size_t i = 0; i < entries.count && !status; i++)
		status = apply(out, &entries.entries[i], error);
	configuration_free(&entries);
	open_bands(&out->plan);
	return status ? status : complete(out, error);
}

void backtest_document_free(struct backtest_document *document)
{
	for (size_t a = 0; a < ASSETS_MAX; a++) {
		spool_free(document->bars[a]);
		document->bars[a] = NULL;
	}
	memory_free(document->changes);
	document->changes = NULL;
}
