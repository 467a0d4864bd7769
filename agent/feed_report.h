/* feed_report.h -- what a signed price message says and who signed it, for
 * `plimsoll feed decode`.  Host only.
 *
 * A format's decoder fills a report from raw bytes; whether the signatures
 * suffice is judged by feeds/wire, never here. */
#ifndef AGENT_FEED_REPORT_H
#define AGENT_FEED_REPORT_H

#include "base/host/memory.h"
#include "crypto/hex.h"
#include "crypto/secp256k1.h"
#include "feeds/net/json.h"
#include "feeds/wire/wormhole.h"

#define FEED_NAME_MAX 67
#define FEED_SIGNERS_MAX 64
#define FEED_MESSAGES_MAX 256
#define FEED_INPUTS_MAX 64
#define FEED_INPUT_BYTES_MAX ((size_t)4 << 20)

/** One price of one feed. */
struct feed_message {
	char feed[FEED_NAME_MAX]; /* a name, or 0x and 64 digits */
	bool has_price;
	i128 price;               /* price * 10^exponent */
	u128 confidence;
	bool has_confidence;
	int32_t exponent;
	int64_t time_s;           /* unix */
	size_t signer_count, valid_signers;
	uint8_t signers[FEED_SIGNERS_MAX][ADDRESS_SIZE];
};

struct feed_report {
	bool valid;
	char reason[200];         /* empty when valid */
	size_t threshold;
	size_t count;
	struct feed_message messages[FEED_MESSAGES_MAX];
};

/** Who may sign, from --signers or --guardians. */
struct feed_signers {
	size_t count, threshold;
	uint8_t addresses[FEED_SIGNERS_MAX][ADDRESS_SIZE];
};

#define GUARDIAN_SETS_MAX 64

/** Whom to believe: signers, or for Pyth the guardian sets from the first on. */
struct feed_trust {
	struct feed_signers signers;
	size_t set_count;
	struct guardian_set sets[GUARDIAN_SETS_MAX];
};

/** The messages of a file, as raw bytes. */
struct feed_input {
	size_t count;
	struct feed_bytes {
		uint8_t *data;
		size_t size;
	} messages[FEED_INPUTS_MAX];
};

/** What a format must bring. */
struct feed_format {
	const char *name;
	/** The messages of an API's recorded answer. */
	enum status (*from_json)(struct feed_input *out,
				 const struct json *root, struct error *error);
	/** Appends the prices of one message; a message that is not sound sets
	 *  report->reason.  E_MALFORMED, E_LIMIT: nothing could be read. */
	enum status (*decode)(struct feed_report *report, struct bytes message,
			      const struct feed_trust *trust,
			      const struct signer_context *context,
			      struct error *error);
};

extern const struct feed_format feed_redstone, feed_pyth, feed_streams;

/** feed_input_read - a file ("-": stdin) of JSON, hexadecimal or base64 text, or
 *  raw bytes.  feed_input_free it. */
MUST_CHECK enum status feed_input_read(struct feed_input *out, const char *path,
				       const struct feed_format *format,
				       struct error *error);
void feed_input_free(struct feed_input *input);
/** feed_input_add - a copy of some bytes; E_LIMIT too many. */
MUST_CHECK enum status feed_input_add(struct feed_input *input,
				      struct bytes message);
/** feed_input_add_text - of hexadecimal or base64 text; E_MALFORMED. */
MUST_CHECK enum status feed_input_add_text(struct feed_input *input,
					   const char *text);

/** feed_signers_read - one address a line, and a line `threshold N`; `#` begins
 *  a comment. */
MUST_CHECK enum status feed_signers_read(struct feed_signers *out,
					 const char *path,
					 struct error *error);
/** feed_trust_follow - the guardian sets from the first, which is known, through
 *  the upgrade messages of a file (a JSON array of texts, or one a line). */
MUST_CHECK enum status feed_trust_follow(struct feed_trust *out,
					 const char *path,
					 const struct signer_context *context,
					 struct error *error);
/** feed_is_signer - is the address among them? */
bool feed_is_signer(const struct feed_signers *signers,
		    const uint8_t address[ADDRESS_SIZE]);

/** feed_report_add - a message to fill; NULL when there are too many. */
struct feed_message *feed_report_add(struct feed_report *report);
/** feed_report_blame - the first reason not to trust the report stays. */
void feed_report_blame(struct feed_report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** feed_price_format - value * 10^exponent in plain decimals. */
void feed_price_format(char out[128], i128 value, int32_t exponent);

#endif
