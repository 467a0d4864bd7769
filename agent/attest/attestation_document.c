/* attestation_document.c -- see attestation_document.h. */
#include "agent/attest/attestation_document.h"

#include <string.h>

#include "base/cbor.h"

#define HEADER_ALGORITHM 1
#define ALGORITHM_ES384 (-35)

enum field {
	FIELD_MODULE_ID,
	FIELD_DIGEST,
	FIELD_TIMESTAMP,
	FIELD_PCRS,
	FIELD_CERTIFICATE,
	FIELD_CABUNDLE,
	FIELD_PUBLIC_KEY,
	FIELD_USER_DATA,
	FIELD_NONCE,
	FIELDS_COUNT,
};

static const char *const field_names[FIELDS_COUNT] = {
	"module_id", "digest", "timestamp", "pcrs", "certificate",
	"cabundle", "public_key", "user_data", "nonce",
};

#define REQUIRED_FIELDS ((1u << FIELD_PUBLIC_KEY) - 1)

struct parse {
	struct cbor_reader reader;
	struct attestation_document document;
	struct bytes leaf;
	uint32_t seen; /* bits of enum field */
	const char *detail;
};

static enum status wrong(struct parse *parse, const char *detail)
{
	parse->detail = detail;
	return E_MALFORMED;
}

/* True while a container of `count` members has one at index. */
static bool has_next(struct cbor_reader *reader, uint64_t count, uint64_t index)
{
	return count == UINT64_MAX ? !cbor_at_break(reader) : index < count;
}

static enum status read_optional(struct parse *parse, struct bytes *out)
{
	enum cbor_type type;
	enum status status = cbor_peek(&parse->reader, &type);

	if (status)
		return status;
	if (type == CBOR_SIMPLE)
		return cbor_get_null(&parse->reader);
	return cbor_get_bytes(&parse->reader, out);
}

static enum status read_pcr(struct parse *parse)
{
	uint64_t index;
	struct bytes value;
	enum status status = cbor_get_unsigned(&parse->reader, &index);

	if (!status)
		status = cbor_get_bytes(&parse->reader, &value);
	if (status)
		return status;
	if (index >= PCRS_MAX)
		return wrong(parse, "a PCR index is beyond 31");
	if (value.size != PCR_SIZE)
		return wrong(parse, "a PCR is not of 48 bytes");
	if (parse->document.pcrs[index].data)
		return wrong(parse, "a PCR is there twice");
	parse->document.pcrs[index] = value;
	return OK;
}

static enum status read_pcrs(struct parse *parse)
{
	uint64_t count;
	enum status status = cbor_get_map(&parse->reader, &count);

	for (uint64_t i = 0; !status && has_next(&parse->reader, count, i); i++)
		status = read_pcr(parse);
	for (size_t i = 0; !status && i < 3; i++)
		if (!parse->document.pcrs[i].data)
			return wrong(parse, "PCR0 to PCR2 are not all there");
	return status;
}

static enum status read_cabundle(struct parse *parse)
{
	struct certificate_chain *chain = &parse->document.chain;
	uint64_t count;
	enum status status = cbor_get_array(&parse->reader, &count);

	for (uint64_t i = 0; !status && has_next(&parse->reader, count, i);
	     i++) {
		if (chain->count == CERTIFICATES_MAX - 1)
			return wrong(parse, "too many certificates");
		status = cbor_get_bytes(&parse->reader,
					&chain->certificates[chain->count++]);
	}
	return status;
}

static enum status read_digest(struct parse *parse)
{
	struct bytes name;
	enum status status = cbor_get_text(&parse->reader, &name);

	if (!status && !bytes_equal(name, bytes_of_string("SHA384")))
		return wrong(parse, "the digest is not SHA384");
	return status;
}

static enum status read_value(struct parse *parse, enum field field)
{
	struct attestation_document *document = &parse->document;
	struct cbor_reader *reader = &parse->reader;

	switch (field) {
	case FIELD_MODULE_ID:
		return cbor_get_text(reader, &document->module_id);
	case FIELD_DIGEST: return read_digest(parse);
	case FIELD_TIMESTAMP:
		return cbor_get_unsigned(reader, &document->timestamp_ms);
	case FIELD_PCRS: return read_pcrs(parse);
	case FIELD_CERTIFICATE: return cbor_get_bytes(reader, &parse->leaf);
	case FIELD_CABUNDLE: return read_cabundle(parse);
	case FIELD_PUBLIC_KEY:
		return read_optional(parse, &document->public_key);
	case FIELD_USER_DATA:
		return read_optional(parse, &document->user_data);
	case FIELD_NONCE: return read_optional(parse, &document->nonce);
	case FIELDS_COUNT: break;
	}
	return wrong(parse, "unknown key in the payload");
}

static enum status read_pair(struct parse *parse)
{
	struct bytes key;
	enum field field = FIELD_MODULE_ID;
	enum status status = cbor_get_text(&parse->reader, &key);

	if (status)
		return status;
	while (field < FIELDS_COUNT &&
	       !bytes_equal(key, bytes_of_string(field_names[field])))
		field++;
	if (parse->seen & 1u << field)
		return wrong(parse, "a key is there twice");
	parse->seen |= 1u << field;
	return read_value(parse, field);
}

static enum status parse_payload(struct parse *parse)
{
	struct certificate_chain *chain = &parse->document.chain;
	uint64_t count;
	enum status status;

	cbor_reader_init_lenient(&parse->reader, parse->document.payload);
	status = cbor_get_map(&parse->reader, &count);
	for (uint64_t i = 0; !status && has_next(&parse->reader, count, i); i++)
		status = read_pair(parse);
	if (!status)
		status = cbor_finish(&parse->reader);
	if (!status && (parse->seen & REQUIRED_FIELDS) != REQUIRED_FIELDS)
		return wrong(parse, "a required key is missing");
	if (!status && !chain->count)
		return wrong(parse, "the cabundle is empty");
	if (!status)
		chain->certificates[chain->count++] = parse->leaf;
	return status;
}

/* Exactly {1: -35}, and nothing unprotected. */
static enum status check_algorithm(struct parse *parse)
{
	struct cbor_reader reader;
	uint64_t count = 0, key = 0;
	int64_t algorithm = 0;
	enum status status;

	cbor_reader_init(&reader, parse->document.protected_header);
	status = cbor_get_map(&reader, &count);
	if (!status && count == 1)
		status = cbor_get_unsigned(&reader, &key);
	if (!status && count == 1)
		status = cbor_get_signed(&reader, &algorithm);
	if (!status)
		status = cbor_finish(&reader);
	if (status || key != HEADER_ALGORITHM || algorithm != ALGORITHM_ES384)
		return wrong(parse, "the algorithm is not ES384");
	return OK;
}

static enum status parse_envelope(struct parse *parse, struct bytes document)
{
	uint64_t pairs = 0;
	enum status status;

	cbor_reader_init_lenient(&parse->reader, document);
	status = cbor_expect_array(&parse->reader, 4);
	if (!status)
		status = cbor_get_bytes(&parse->reader,
					&parse->document.protected_header);
	if (!status)
		status = cbor_get_map(&parse->reader, &pairs);
	if (!status && pairs == UINT64_MAX && cbor_at_break(&parse->reader))
		pairs = 0;
	if (!status && pairs)
		return wrong(parse, "there are unprotected headers");
	if (!status)
		status = cbor_get_bytes(&parse->reader,
					&parse->document.payload);
	if (!status)
		status = cbor_get_fixed(&parse->reader,
					parse->document.signature, ES384_SIZE);
	return status ? status : cbor_finish(&parse->reader);
}

enum status attestation_parse(struct attestation_document *out,
			      struct bytes document, const char **detail)
{
	struct parse parse;
	enum status status;

	memset(&parse, 0, sizeof(parse));
	parse.detail = "not a COSE_Sign1 attestation document";
	if (document.size > ATTESTATION_BYTES_MAX) {
		*detail = "larger than any attestation document";
		return E_LIMIT;
	}
	status = parse_envelope(&parse, document);
	if (!status)
		status = check_algorithm(&parse);
	if (!status) {
		parse.detail = "the payload is not well-formed";
		status = parse_payload(&parse);
	}
	if (status) {
		*detail = parse.detail;
		return E_MALFORMED;
	}
	*out = parse.document;
	return OK;
}

void attestation_signed_bytes(struct buffer *out,
			      const struct attestation_document *document)
{
	cbor_put_array(out, 4);
	cbor_put_text(out, "Signature1");
	cbor_put_bytes(out, document->protected_header);
	cbor_put_bytes(out, bytes_of("", 0));
	cbor_put_bytes(out, document->payload);
}
