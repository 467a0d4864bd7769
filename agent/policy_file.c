/* policy_file.c -- see policy_file.h. */
#include "agent/policy_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/configuration.h"
#include "crypto/hex.h"

struct member {
	const char *name;
	size_t offset, size;
	uint64_t minimum, maximum, preset;
	const char *meaning;
};

#define MEMBER(structure, member, minimum, maximum, preset, meaning) \
	{ #member, offsetof(structure, member), \
	  sizeof(((structure *)0)->member), minimum, maximum, preset, meaning },

static const struct member policy_members[] = {
#define POLICY(member, minimum, maximum, preset, meaning) \
	MEMBER(struct policy, member, minimum, maximum, preset, meaning)
#include "case/policy.def"
};

static const struct member asset_members[] = {
#define ASSET(member, minimum, maximum, preset, meaning) \
	MEMBER(struct asset_policy, member, minimum, maximum, preset, meaning)
#include "case/policy.def"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void member_set(void *object, const struct member *member,
		       uint64_t value)
{
	uint32_t narrow = (uint32_t)value;
	char *at = (char *)object + member->offset;

	if (member->size == 8)
		memcpy(at, &value, 8);
	else
		memcpy(at, &narrow, 4);
}

static uint64_t member_get(const void *object, const struct member *member)
{
	const char *at = (const char *)object + member->offset;
	uint64_t value;
	uint32_t narrow;

	if (member->size == 8) {
		memcpy(&value, at, 8);
		return value;
	}
	memcpy(&narrow, at, 4);
	return narrow;
}

static void set_presets(void *object, const struct member *members,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		member_set(object, &members[i], members[i].preset);
}

static enum status parse_number(uint64_t *out, const char *key,
				const char *text, struct error *error)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno)
		return error_set(error, E_USAGE,
				 "policy: %s takes a whole number, not \"%s\"",
				 key, text);
	*out = value;
	return OK;
}

/* Sets the member called `name`; E_MISSING when there is none. */
static enum status set_member(void *object, const struct member *members,
			      size_t count,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	const char *name = strchr(entry->key, '.') + 1;
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++) {
		enum status status;

		if (strcmp(members[i].name, name))
			continue;
		status = parse_number(&value, entry->key, entry->value, error);
		if (status)
			return status;
		if (value < members[i].minimum || value > members[i].maximum)
			return error_set(error, E_USAGE,
					 "policy: %s = %" PRIu64 " is outside "
					 "%" PRIu64 " .. %" PRIu64,
					 entry->key, value, members[i].minimum,
					 members[i].maximum);
		member_set(object, &members[i], value);
		return OK;
	}
	return E_MISSING;
}

static enum status parse_flag(bool *out,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	*out = !strcmp(entry->value, "yes");
	if (*out || !strcmp(entry->value, "no"))
		return OK;
	return error_set(error, E_USAGE, "policy: %s is yes or no, not \"%s\"",
			 entry->key, entry->value);
}

static enum status parse_hex(uint8_t *out, size_t size,
			     const struct configuration_entry *entry,
			     struct error *error)
{
	struct bytes text = bytes_of_string(entry->value);
	enum status status = size == ADDRESS_SIZE
				     ? address_parse(out, text)
				     : hex_decode_fixed(out, size, text);

	if (status)
		return error_set(error, E_USAGE,
				 "policy: %s takes %zu bytes of hexadecimal, "
				 "not \"%s\"", entry->key, size, entry->value);
	return OK;
}

static enum status set_policy(struct policy *policy,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	const char *name = entry->key + strlen("policy.");

	if (!strcmp(name, "chain_id"))
		return parse_number(&policy->chain_id, entry->key,
				    entry->value, error);
	if (!strcmp(name, "steward"))
		return parse_hex(policy->steward, ADDRESS_SIZE, entry, error);
	if (!strcmp(name, "market"))
		return parse_hex(policy->market, HASH_SIZE, entry, error);
	if (!strcmp(name, "development"))
		return parse_flag(&policy->development, entry, error);
	return set_member(policy, policy_members, COUNT(policy_members), entry,
			  error);
}

static enum status set_asset(struct asset_policy *asset,
			     const struct configuration_entry *entry,
			     struct error *error)
{
	const char *name = strchr(entry->key, '.') + 1;

	if (!strcmp(name, "address"))
		return parse_hex(asset->asset, ADDRESS_SIZE, entry, error);
	if (!strcmp(name, "collateral"))
		return parse_flag(&asset->collateral, entry, error);
	if (!strcmp(name, "borrowable"))
		return parse_flag(&asset->borrowable, entry, error);
	if (!strcmp(name, "stable"))
		return parse_flag(&asset->stable, entry, error);
	if (!strcmp(name, "rates"))
		return parse_flag(&asset->rates, entry, error);
	return set_member(asset, asset_members, COUNT(asset_members), entry,
			  error);
}

static bool is_symbol(const char *symbol, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (symbol[i] < ' ' || symbol[i] > '~')
			return false;
	return size && size < SYMBOL_MAX;
}

/* The asset of section "asset SYMBOL", made on first sight. */
static struct asset_policy *asset_of(struct policy *policy, const char *key)
{
	const char *symbol = key + strlen("asset ");
	size_t size = (size_t)(strchr(key, '.') - symbol);
	struct asset_policy *asset;

	if (!is_symbol(symbol, size))
		return NULL;
	for (size_t i = 0; i < policy->asset_count; i++)
		if (strlen(policy->assets[i].symbol) == size &&
		    !memcmp(policy->assets[i].symbol, symbol, size))
			return &policy->assets[i];
	if (policy->asset_count == ASSETS_MAX)
		return NULL;
	asset = &policy->assets[policy->asset_count++];
	memset(asset, 0, sizeof(*asset));
	memcpy(asset->symbol, symbol, size);
	set_presets(asset, asset_members, COUNT(asset_members));
	return asset;
}

static enum status apply_entry(struct policy *policy,
			       const struct configuration_entry *entry,
			       struct error *error)
{
	enum status status = E_MISSING;

	if (!strncmp(entry->key, "policy.", 7)) {
		status = set_policy(policy, entry, error);
	} else if (!strncmp(entry->key, "asset ", 6) &&
		   strchr(entry->key, '.')) {
		struct asset_policy *asset = asset_of(policy, entry->key);

		if (!asset)
			return error_set(error, E_USAGE,
					 "policy: %s: at most %d assets, "
					 "symbols of at most %d ASCII letters",
					 entry->key, ASSETS_MAX,
					 SYMBOL_MAX - 1);
		status = set_asset(asset, entry, error);
	}
	if (status != E_MISSING)
		return status;
	error_set(error, E_USAGE, "policy: unknown key %s", entry->key);
	return error_hint(error, "`plimsoll policy init` prints every key with "
			  "its meaning.");
}

static int by_address(const void *a, const void *b)
{
	return memcmp(((const struct asset_policy *)a)->asset,
		      ((const struct asset_policy *)b)->asset, ADDRESS_SIZE);
}

static enum status finish(struct policy_document *out, const char *path,
			  struct error *error)
{
	const char *offender;
	struct buffer buffer;

	qsort(out->policy.assets, out->policy.asset_count,
	      sizeof(out->policy.assets[0]), by_address);
	offender = policy_check(&out->policy);
	if (offender)
		return error_set(error, E_USAGE, "%s: %s", path, offender);
	buffer_init(&buffer, out->bytes, sizeof(out->bytes));
	policy_encode(&buffer, &out->policy);
	if (buffer.overflow)
		return error_set(error, E_SYSTEM, "%s: policy too large", path);
	out->size = buffer.size;
	policy_hash(out->hash, buffer_bytes(&buffer));
	return OK;
}

enum status policy_file_read(struct policy_document *out, const char *path,
			     struct error *error)
{
	struct policy_document *read;
	struct configuration entries;
	enum status status = configuration_read(&entries, path, error);

	if (status)
		return status;
	read = memory_allocate(1, sizeof(*read));
	set_presets(&read->policy, policy_members, COUNT(policy_members));
	for (size_t i = 0; i < entries.count && !status; i++)
		status = apply_entry(&read->policy, &entries.entries[i], error);
	configuration_free(&entries);
	if (!status)
		status = finish(read, path, error);
	if (!status)
		*out = *read;
	memory_free(read);
	return status;
}

/* The assets that SYMBOL. or *. names; E_MISSING: none, or no such number. */
static enum status set_assets(struct policy *policy, const char *key,
			      const struct configuration_entry *entry,
			      struct error *error)
{
	size_t size = strcspn(key, ".");
	bool all = size == 1 && *key == '*';
	enum status status = OK;
	size_t set = 0;

	for (size_t i = 0; i < policy->asset_count && !status; i++) {
		struct asset_policy *asset = &policy->assets[i];

		if (!all && (strlen(asset->symbol) != size ||
			     memcmp(asset->symbol, key, size)))
			continue;
		status = set_member(asset, asset_members, COUNT(asset_members),
				    entry, error);
		set++;
	}
	return set ? status : E_MISSING;
}

enum status policy_file_set(struct policy *policy, const char *key,
			    const char *value, struct error *error)
{
	const char *bare = strncmp(key, "asset ", 6) ? key : key + 6;
	char full[128], text[32];
	struct configuration_entry entry = { full, text, 0 };
	enum status status;

	snprintf(full, sizeof(full), "%s%s", strchr(bare, '.') ? "" : "policy.",
		 bare);
	snprintf(text, sizeof(text), "%s", value);
	if (strchr(bare, '.'))
		status = set_assets(policy, bare, &entry, error);
	else
		status = set_member(policy, policy_members,
				    COUNT(policy_members), &entry, error);
	if (status != E_MISSING)
		return status;
	error_set(error, E_USAGE, "policy: no number %.80s", key);
	return error_hint(error, "KEY, SYMBOL.KEY or *.KEY; `plimsoll policy "
			  "init` prints every key with its meaning.");
}

/* Presets differ where caution is a choice; everything else is common. */
static const struct {
	const char *name, *member;
	uint64_t value;
} preset_values[] = {
	{ "cautious", "gap_quantile_ppm", 999900 },
	{ "cautious", "ltv_touch_ppm", 20000 },
	{ "cautious", "stress_depth_bps", 3000 },
	{ "cautious", "depth_elasticity_ppm", 1000000 },
	{ "cautious", "loss_budget_usd", 250000 },
	{ "open", "gap_quantile_ppm", 995000 },
	{ "open", "ltv_touch_ppm", 100000 },
	{ "open", "stress_depth_bps", 7000 },
	{ "open", "loss_budget_usd", 4000000 },
};

static void write_members(struct text *out, const struct member *members,
			  size_t count, const char *preset)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t value = members[i].preset;

		for (size_t p = 0; p < COUNT(preset_values); p++)
			if (!strcmp(preset_values[p].name, preset) &&
			    !strcmp(preset_values[p].member, members[i].name))
				value = preset_values[p].value;
		text_add_format(out, "; %s (%" PRIu64 " .. %" PRIu64 ")\n"
				"%s = %" PRIu64 "\n", members[i].meaning,
				members[i].minimum, members[i].maximum,
				members[i].name, value);
	}
}

enum status policy_file_write_preset(struct text *out, const char *preset,
				     struct error *error)
{
	if (strcmp(preset, "cautious") && strcmp(preset, "standard") &&
	    strcmp(preset, "open"))
		return error_set(error, E_USAGE, "no preset \"%s\": cautious, "
				 "standard or open", preset);
	text_add_format(out,
			"; Plimsoll policy, preset %s.  Units end the names: "
			"bps, ppm (millionths), s, usd.\n\n[policy]\n"
			"; where the policy is valid\nchain_id = 1\n"
			"; the RiskSteward contract\n"
			"steward = 0x0000000000000000000000000000000000000000\n"
			"; the steward's market id\nmarket = 0x", preset);
	for (int i = 0; i < HASH_SIZE; i++)
		text_add_string(out, "00");
	text_add_string(out, "\n; unauthenticated evidence admitted for "
			     "everything: chain 31337 only\ndevelopment = no\n");
	write_members(out, policy_members, COUNT(policy_members), preset);
	text_add_string(out,
			"\n; one section an asset\n[asset WETH]\n"
			"; the token's address\n"
			"address = 0x0000000000000000000000000000000000000000\n"
			"; LTV, threshold and bonus are managed\n"
			"collateral = yes\n; the borrow cap is managed\n"
			"borrowable = yes\n; pegged to the base currency\n"
			"stable = no\n; the rate curve is managed\nrates = no\n");
	write_members(out, asset_members, COUNT(asset_members), preset);
	return OK;
}

static void differences(struct text *out, const char *prefix, const void *a,
			const void *b, bool asset)
{
	const struct member *members = asset ? asset_members : policy_members;
	size_t count = asset ? COUNT(asset_members) : COUNT(policy_members);

	for (size_t i = 0; i < count; i++) {
		uint64_t left = member_get(a, &members[i]);
		uint64_t right = member_get(b, &members[i]);

		if (left != right)
			text_add_format(out, "%s%s %" PRIu64 " %" PRIu64 "\n",
					prefix, members[i].name, left, right);
	}
}

/* The members of an asset that are no numbers. */
static void identity_differences(struct text *out, const char *prefix,
				 const struct asset_policy *a,
				 const struct asset_policy *b)
{
	const struct { const char *name; bool left, right; } flags[] = {
		{ "collateral", a->collateral, b->collateral },
		{ "borrowable", a->borrowable, b->borrowable },
		{ "stable", a->stable, b->stable },
		{ "rates", a->rates, b->rates },
	};

	if (strcmp(a->symbol, b->symbol))
		text_add_format(out, "%ssymbol %s %s\n", prefix, a->symbol,
				b->symbol);
	for (size_t i = 0; i < COUNT(flags); i++)
		if (flags[i].left != flags[i].right)
			text_add_format(out, "%s%s %s %s\n", prefix,
					flags[i].name,
					flags[i].left ? "yes" : "no",
					flags[i].right ? "yes" : "no");
}

void policy_file_differences(struct text *out, const struct policy *a,
			     const struct policy *b)
{
	if (a->chain_id != b->chain_id ||
	    memcmp(a->steward, b->steward, ADDRESS_SIZE) ||
	    memcmp(a->market, b->market, HASH_SIZE) ||
	    a->development != b->development)
		text_add_string(out, "identity (chain_id, steward, market or "
				     "development) differs\n");
	differences(out, "policy.", a, b, false);
	for (size_t i = 0; i < a->asset_count; i++) {
		const struct asset_policy *other =
			policy_asset(b, a->assets[i].asset);
		char prefix[SYMBOL_MAX + 16];

		snprintf(prefix, sizeof(prefix), "asset %s.",
			 a->assets[i].symbol);
		if (other) {
			identity_differences(out, prefix, &a->assets[i],
					     other);
			differences(out, prefix, &a->assets[i], other, true);
		} else {
			text_add_format(out, "%sabsent in the second\n",
					prefix);
		}
	}
	for (size_t i = 0; i < b->asset_count; i++)
		if (!policy_asset(a, b->assets[i].asset))
			text_add_format(out, "asset %s absent in the first\n",
					b->assets[i].symbol);
}
