/* backtest_results.c -- see backtest_results.h. */
#include "agent/backtest_results.h"

#include <stdio.h>
#include <string.h>

#include "crypto/hex.h"
#include "feeds/net/json.h"

#define PATH_SIZE 4096
#define SUMMARY_MAX ((size_t)16 << 20)

enum status backtest_results_read(struct record_file **out, const char *folder,
				  struct error *error)
{
	char path[PATH_SIZE];
	enum status status;

	snprintf(path, sizeof(path), "%s/" RECORD_FILE_NAME, folder);
	status = record_file_read(out, path, error);
	if (status != E_MISSING && status != E_MALFORMED)
		return status;
	return error_hint(error, "A folder that `plimsoll backtest run -o` has "
			  "finished is wanted; the same run writes it anew.");
}

/* Of the same plan, policy and bars? */
static bool is_of(const struct json *summary,
		  const struct backtest_record *record)
{
	const char *said = json_string(json_member(summary, "inputDigest"));
	char digest[HASH_TEXT_MAX];

	hex_encode_prefixed(digest, record->input_digest, HASH_SIZE);
	return said && !strcmp(said, digest);
}

/* What the folder lacks, or has of another run, is no error: reports are made
 * without it. */
void backtest_results_command(struct text *out, const char *folder,
			      const struct backtest_record *record)
{
	char path[PATH_SIZE];
	struct error error;
	struct json *summary;
	const char *command;
	uint8_t *data;
	size_t size;

	snprintf(path, sizeof(path), "%s/summary.json", folder);
	if (file_read(&data, &size, path, SUMMARY_MAX, &error))
		return;
	if (!json_parse(&summary, bytes_of(data, size), &error)) {
		command = json_string(json_member(summary, "command"));
		if (command && is_of(summary, record))
			text_add_string(out, command);
		json_free(summary);
	}
	memory_free(data);
}
