/* state_store.c -- see state_store.h. */
#include "agent/state_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/configuration.h"
#include "crypto/hex.h"


static enum status make_folder(const char *home, struct text *path,
			       struct error *error)
{
	if (mkdir(home, 0777) && errno != EEXIST)
		return error_set(error, E_SYSTEM, "%s: %s", home,
				 strerror(errno));
	text_add_format(path, "%s/states", home);
	if (mkdir(path->data, 0777) && errno != EEXIST)
		return error_set(error, E_SYSTEM, "%s: %s", path->data,
				 strerror(errno));
	return OK;
}

static void add_name(struct text *path, const uint8_t digest[HASH_SIZE])
{
	char name[2 * HASH_SIZE + 1];

	hex_encode(name, digest, HASH_SIZE);
	text_add_format(path, "/%s.cbor", name);
}

enum status state_store_put(const char *home, struct bytes bytes,
			    uint8_t digest32[HASH_SIZE], struct error *error)
{
	struct text path = { 0 };
	enum status status = make_folder(home, &path, error);

	if (!status) {
		state_digest(digest32, bytes);
		add_name(&path, digest32);
		status = file_write(path.data, bytes, error);
	}
	text_free(&path);
	return status;
}

enum status state_store_get(uint8_t **bytes, size_t *size, const char *home,
			    const uint8_t digest32[HASH_SIZE],
			    struct error *error)
{
	struct text path = { 0 };
	uint8_t found[HASH_SIZE];
	enum status status;

	text_add_format(&path, "%s/states", home);
	add_name(&path, digest32);
	status = file_read(bytes, size, path.data, STATE_BYTES_MAX, error);
	if (status == E_MISSING)
		error_hint(error, "The steward's state was made elsewhere: "
			   "rebuild it with `plimsoll state genesis` and the "
			   "decisions since, or copy the file.");
	if (!status) {
		state_digest(found, bytes_of(*bytes, *size));
		if (memcmp(found, digest32, HASH_SIZE)) {
			memory_free(*bytes);
			status = error_set(error, E_AUTHENTIC,
					   "%s: does not have the digest of "
					   "its name", path.data);
		}
	}
	text_free(&path);
	return status;
}

enum status state_store_set_origin(const char *home, int64_t from_s,
				   struct error *error)
{
	struct text path = { 0 }, text = { 0 };
	enum status status = make_folder(home, &path, error);

	if (!status) {
		text_add_string(&path, "/genesis.ini");
		text_add_format(&text, "; first bar of the genesis state\n"
				"from_s = %lld\n", (long long)from_s);
		status = file_write(path.data, bytes_of(text.data, text.size),
				    error);
	}
	text_free(&path);
	text_free(&text);
	return status;
}

enum status state_store_origin(int64_t *from_s, const char *home,
			       struct error *error)
{
	struct configuration configuration = { 0 };
	struct text path = { 0 };
	const char *value = NULL;
	enum status status;

	text_add_format(&path, "%s/states/genesis.ini", home);
	status = configuration_read(&configuration, path.data, error);
	if (status == E_MISSING)
		error_hint(error, "`plimsoll state genesis` makes the first "
			   "state.");
	if (!status) {
		value = configuration_get(&configuration, "from_s");
		if (value)
			*from_s = strtoll(value, NULL, 10);
		else
			status = error_set(error, E_MALFORMED,
					   "%s: no from_s", path.data);
		configuration_free(&configuration);
	}
	text_free(&path);
	return status;
}
