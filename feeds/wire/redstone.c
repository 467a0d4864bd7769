/* redstone.c -- see redstone.h. */
#include "feeds/wire/redstone.h"

#include <string.h>

#define TIME_SIZE 6
#define WIDTH_SIZE 4
#define POINTS_SIZE 3
#define TAIL_SIZE (TIME_SIZE + WIDTH_SIZE + POINTS_SIZE)
#define COUNT_SIZE 2
#define LENGTH_SIZE 3
#define MARKER_SIZE 9
#define POINTS_MAX 255

static const uint8_t marker[MARKER_SIZE] = { 0x00, 0x00, 0x02, 0xed, 0x57,
					     0x01, 0x1e, 0x00, 0x00 };

static uint64_t load_be(const uint8_t *in, size_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | *in++;
	return value;
}

/* The last `size` bytes of *rest, which loses them. */
static const uint8_t *take(struct bytes *rest, size_t size)
{
	if (rest->size < size)
		return NULL;
	rest->size -= size;
	return rest->data + rest->size;
}

/* All of a package but its digest, which redstone_read needs only once it knows
 * that everything fits. */
static enum status split_package(struct redstone_package *out,
				 struct bytes *rest, struct bytes in)
{
	struct bytes left = in;
	const uint8_t *signature = take(&left, SIGNATURE_SIZE);
	const uint8_t *tail = take(&left, TAIL_SIZE), *points;
	struct redstone_package read = { 0 };
	size_t size;

	if (!signature || !tail)
		return E_MALFORMED;
	read.time_ms = load_be(tail, TIME_SIZE);
	read.value_size = (size_t)load_be(tail + TIME_SIZE, WIDTH_SIZE);
	read.point_count = (size_t)load_be(tail + TIME_SIZE + WIDTH_SIZE,
					   POINTS_SIZE);
	if (!read.point_count || read.point_count > POINTS_MAX ||
	    !read.value_size || read.value_size > left.size)
		return E_MALFORMED;
	size = read.point_count * (REDSTONE_FEED_SIZE + read.value_size);
	points = take(&left, size);
	if (!points)
		return E_MALFORMED;
	read.points = bytes_of(points, size);
	memcpy(read.signature, signature, SIGNATURE_SIZE);
	*out = read;
	*rest = left;
	return OK;
}

enum status redstone_read_package(struct redstone_package *out,
				  struct bytes *rest, struct bytes in)
{
	enum status status = split_package(out, rest, in);

	if (!status)
		keccak256(out->digest, out->points.data,
			  out->points.size + TAIL_SIZE);
	return status;
}

/* What stands before count, metadata, length and marker. */
static enum status read_footer(size_t *count, struct bytes *rest)
{
	const uint8_t *found = take(rest, MARKER_SIZE), *length, *number;

	if (!found || memcmp(found, marker, MARKER_SIZE))
		return E_MALFORMED;
	length = take(rest, LENGTH_SIZE);
	if (!length || !take(rest, (size_t)load_be(length, LENGTH_SIZE)))
		return E_MALFORMED;
	number = take(rest, COUNT_SIZE);
	if (!number)
		return E_MALFORMED;
	*count = (size_t)load_be(number, COUNT_SIZE);
	return *count ? OK : E_MALFORMED;
}

enum status redstone_read(struct redstone_payload *out, struct bytes in)
{
	struct bytes rest = in, check;
	struct redstone_package package;
	size_t count = 0;
	enum status status = read_footer(&count, &rest);

	if (!status && count > REDSTONE_PACKAGES_MAX)
		return E_LIMIT;
	/* once to see that all fits, once to keep it */
	check = rest;
	for (size_t i = 0; i < count && !status; i++)
		status = split_package(&package, &check, check);
	if (!status && check.size)
		status = E_MALFORMED;
	for (size_t i = 0; i < count && !status; i++)
		status = redstone_read_package(&out->packages[i], &rest, rest);
	if (!status)
		out->count = count;
	return status;
}

enum status redstone_point_of(struct redstone_point *out,
			      const struct redstone_package *package,
			      size_t index)
{
	size_t width = REDSTONE_FEED_SIZE + package->value_size;
	const uint8_t *at, *value;
	u128 number = 0;

	if (index >= package->point_count)
		return E_INPUT;
	at = package->points.data + index * width;
	value = at + REDSTONE_FEED_SIZE;
	for (size_t i = 0; i < package->value_size; i++) {
		if (number >> 120)
			return E_RANGE;
		number = number << 8 | value[i];
	}
	memcpy(out->feed, at, REDSTONE_FEED_SIZE);
	out->value = number;
	return OK;
}

enum status redstone_signer(uint8_t out20[REDSTONE_ADDRESS_SIZE],
			    const struct redstone_package *package,
			    const struct signer_context *context)
{
	uint8_t key[PUBLIC_KEY_SIZE];
	enum status status = recover_public_key(key, context, package->digest,
						package->signature);

	if (!status)
		address_from_public_key(out20, key);
	return status;
}

/* The place of a signer among those of the rules; their count when it is none
 * of them. */
static size_t place_of(const uint8_t address[REDSTONE_ADDRESS_SIZE],
		       const struct redstone_rules *rules)
{
	size_t i = 0;

	while (i < rules->signer_count &&
	       memcmp(rules->signers[i], address, REDSTONE_ADDRESS_SIZE))
		i++;
	return i;
}

static bool time_admitted(uint64_t time_ms, const struct redstone_rules *rules)
{
	if (!rules->now_ms)
		return true;
	return time_ms > rules->now_ms
		       ? time_ms - rules->now_ms <= rules->max_ahead_ms
		       : rules->now_ms - time_ms <= rules->max_age_ms;
}

/** What the signers say of one feed. */
struct votes {
	u128 values[REDSTONE_SIGNERS_MAX]; /* ascending */
	size_t count;
	uint32_t seen; /* bit i: signer i has spoken */
};

static void insert(struct votes *votes, u128 value)
{
	size_t i = votes->count++;

	for (; i && votes->values[i - 1] > value; i--)
		votes->values[i] = votes->values[i - 1];
	votes->values[i] = value;
}

/* A package's word on the feed, if it has one; *place is its signer. */
static enum status count_package(struct votes *votes,
				 const struct redstone_package *package,
				 const uint8_t feed[REDSTONE_FEED_SIZE],
				 size_t place)
{
	for (size_t i = 0; i < package->point_count; i++) {
		struct redstone_point point;
		enum status status = redstone_point_of(&point, package, i);

		if (status)
			return status;
		if (memcmp(point.feed, feed, REDSTONE_FEED_SIZE))
			continue;
		if (votes->seen >> place & 1)
			return E_REFUSED;
		votes->seen |= (uint32_t)1 << place;
		insert(votes, point.value);
	}
	return OK;
}

static u128 median(const struct votes *votes)
{
	size_t half = votes->count / 2;
	u128 upper = votes->values[half], lower;

	if (votes->count % 2)
		return upper;
	lower = votes->values[half - 1];
	return lower + (upper - lower) / 2;
}

static enum status check_rules(const struct redstone_rules *rules)
{
	return rules->signer_count &&
			       rules->signer_count <= REDSTONE_SIGNERS_MAX &&
			       rules->threshold &&
			       rules->threshold <= rules->signer_count
		       ? OK
		       : E_INPUT;
}

static enum status collect(struct votes *votes,
			   const struct redstone_payload *payload,
			   const uint8_t feed[REDSTONE_FEED_SIZE],
			   const struct redstone_rules *rules,
			   const struct signer_context *context)
{
	uint64_t time_ms = payload->packages[0].time_ms;

	for (size_t i = 0; i < payload->count; i++) {
		const struct redstone_package *package = &payload->packages[i];
		uint8_t address[REDSTONE_ADDRESS_SIZE];
		enum status status = redstone_signer(address, package, context);
		size_t place;

		if (status)
			return status;
		place = place_of(address, rules);
		if (place == rules->signer_count)
			return E_AUTHENTIC;
		if (package->time_ms != time_ms)
			return E_REFUSED;
		status = count_package(votes, package, feed, place);
		if (status)
			return status;
	}
	return time_admitted(time_ms, rules) ? OK : E_REFUSED;
}

enum status redstone_verify(struct redstone_price *out,
			    const struct redstone_payload *payload,
			    const uint8_t feed[REDSTONE_FEED_SIZE],
			    const struct redstone_rules *rules,
			    const struct signer_context *context)
{
	struct votes votes = { .count = 0 };
	enum status status = payload->count ? check_rules(rules) : E_INPUT;

	if (!status)
		status = collect(&votes, payload, feed, rules, context);
	if (!status && !votes.count)
		return E_MISSING;
	if (!status && votes.count < rules->threshold)
		return E_REFUSED;
	if (!status)
		*out = (struct redstone_price){ median(&votes),
						payload->packages[0].time_ms,
						votes.count };
	return status;
}

enum status redstone_feed(uint8_t out[REDSTONE_FEED_SIZE], const char *name)
{
	size_t size = strlen(name);

	if (!size || size > REDSTONE_FEED_SIZE)
		return E_INPUT;
	memset(out, 0, REDSTONE_FEED_SIZE);
	memcpy(out, name, size);
	return OK;
}
