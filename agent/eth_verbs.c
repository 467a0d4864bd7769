/* eth_verbs.c -- all verbs of eth_verbs.h but tx, and the shared parts. */
#include "agent/eth_verbs.h"

#include <string.h>

#include "crypto/hex.h"
#include "governance/codec/abi.h"
#include "governance/codec/eip712.h"
#include "governance/codec/rlp_tree.h"

enum status eth_trouble(struct eth_work *work, enum status status,
			const char *reason, const char *where)
{
	return codec_trouble(&work->trouble, status, reason,
			     bytes_of_string(where));
}

static enum status exhausted(struct eth_work *work)
{
	return eth_trouble(work, E_LIMIT, "too large", "");
}

static void add(struct eth_work *work, const char *name, const char *text)
{
	work->results[work->count++] = (struct eth_result){ name, text };
}

enum status eth_add_hex(struct eth_work *work, const char *name,
			struct bytes value)
{
	char *text = arena_allocate(work->arena, 2 * value.size + 3, 1);

	if (!text)
		return exhausted(work);
	hex_encode_prefixed(text, value.data, value.size);
	add(work, name, text);
	return OK;
}

enum status eth_add_address(struct eth_work *work, const char *name,
			    const uint8_t *address20)
{
	char *text = arena_allocate(work->arena, ADDRESS_TEXT_MAX, 1);

	if (!text)
		return exhausted(work);
	address_format(text, address20);
	add(work, name, text);
	return OK;
}

enum status eth_text(struct bytes *out, struct eth_work *work, const char *name)
{
	const struct tree *member = tree_get(work->input, name);

	if (!member || member->kind != TREE_TEXT)
		return eth_trouble(work, E_MISSING,
				   "is missing or not a string", name);
	*out = member->text;
	return OK;
}

enum status eth_bytes(struct bytes *out, struct eth_work *work,
		      const char *name, const struct tree *value)
{
	size_t size = 0;
	uint8_t *data;

	if (!value || value->kind != TREE_TEXT || value->text.size < 2 ||
	    value->text.data[0] != '0' || value->text.data[1] != 'x')
		return eth_trouble(work, E_MALFORMED, "is not 0x and digits",
				   name);
	data = arena_allocate(work->arena, value->text.size / 2, 1);
	if (!data)
		return exhausted(work);
	if (hex_decode(data, &size, value->text.size / 2, value->text))
		return eth_trouble(work, E_MALFORMED,
				   "is not 0x and pairs of digits", name);
	*out = bytes_of(data, size);
	return OK;
}

enum status eth_key(struct eth_signer *out, struct eth_work *work)
{
	uint8_t public_key[PUBLIC_KEY_SIZE];
	struct bytes text;
	enum status status = eth_text(&text, work, "key");

	if (status)
		return status;
	if (hex_decode_fixed(out->secret, SECRET_KEY_SIZE, text))
		return eth_trouble(work, E_MALFORMED, "is not 32 bytes", "key");
	if (public_key_from_secret(public_key, work->signer, out->secret))
		return eth_trouble(work, E_INPUT,
				   "is not a key: zero, or not below the order",
				   "key");
	address_from_public_key(out->address, public_key);
	return OK;
}

enum status eth_keccak(struct eth_work *work)
{
	uint8_t hash[HASH_SIZE];
	struct bytes data;
	enum status status =
		eth_bytes(&data, work, "data", tree_get(work->input, "data"));

	if (status)
		return status;
	keccak256(hash, data.data, data.size);
	return eth_add_hex(work, "hash", bytes_of(hash, HASH_SIZE));
}

enum status eth_address(struct eth_work *work)
{
	struct eth_signer signer;
	enum status status = eth_key(&signer, work);

	return status ? status
		      : eth_add_address(work, "address", signer.address);
}

enum status eth_checksum(struct eth_work *work)
{
	uint8_t address[ADDRESS_SIZE];
	struct bytes text;
	enum status status = eth_text(&text, work, "address");

	if (status)
		return status;
	if (address_parse(address, text))
		return eth_trouble(work, E_MALFORMED,
				   "is not 20 bytes, or its checksum is wrong",
				   "address");
	return eth_add_address(work, "address", address);
}

/* The list of type texts as a tuple. */
static enum status parse_types(struct abi_type *out, struct eth_work *work,
			       const struct tree *types)
{
	struct abi_type **tail = &out->first;

	*out = (struct abi_type){ .kind = ABI_TUPLE,
				  .text = bytes_of_string("values") };
	if (!types || types->kind != TREE_LIST)
		return eth_trouble(work, E_MISSING, "is missing or not a list",
				   "types");
	for (const struct tree *t = types->first; t; t = t->next) {
		struct abi_type *type =
			ARENA_NEW(work->arena, struct abi_type, 1);
		enum status status;

		if (!type)
			return exhausted(work);
		if (t->kind != TREE_TEXT)
			return eth_trouble(work, E_MALFORMED,
					   "holds something other than a string",
					   "types");
		status = abi_parse_type(type, work->arena, &work->trouble,
					t->text);
		if (status)
			return status;
		*tail = type;
		tail = &type->next;
		out->count++;
	}
	return OK;
}

/* A value is two bytes of JSON or more and encodes to three words at most,
 * beside its text. */
static size_t encoding_room(const struct tree *values)
{
	return 49 * values->source.size + 256;
}

static enum status add_encoding(struct eth_work *work, const char *name,
				struct bytes prefix,
				const struct abi_type *tuple)
{
	const struct tree *values = tree_get(work->input, "values");
	struct buffer body, all;
	enum status status;

	if (!values)
		return eth_trouble(work, E_MISSING, "is missing", "values");
	if (buffer_from_arena(&body, work->arena, encoding_room(values)))
		return exhausted(work);
	status = abi_encode(&body, tuple, values, &work->trouble);
	if (status)
		return status;
	if (buffer_from_arena(&all, work->arena, prefix.size + body.size))
		return exhausted(work);
	buffer_append(&all, prefix.data, prefix.size);
	buffer_append(&all, body.data, body.size);
	return eth_add_hex(work, name, buffer_bytes(&all));
}

enum status eth_abi(struct eth_work *work)
{
	struct abi_type tuple;
	enum status status =
		parse_types(&tuple, work, tree_get(work->input, "types"));

	return status ? status
		      : add_encoding(work, "encoded", bytes_of("", 0), &tuple);
}

static enum status read_signature(struct abi_signature *signature,
				  uint8_t hash[HASH_SIZE],
				  struct eth_work *work)
{
	struct bytes text;
	enum status status = eth_text(&text, work, "signature");

	if (!status)
		status = abi_parse_signature(signature, work->arena,
					     &work->trouble, text);
	if (!status && abi_signature_hash(hash, signature, work->arena))
		status = exhausted(work);
	return status;
}

enum status eth_call(struct eth_work *work)
{
	struct abi_signature signature;
	uint8_t hash[HASH_SIZE];
	enum status status = read_signature(&signature, hash, work);

	return status ? status
		      : add_encoding(work, "data", bytes_of(hash, SELECTOR_SIZE),
				     &signature.parameters);
}

enum status eth_selector(struct eth_work *work)
{
	struct abi_signature signature;
	uint8_t hash[HASH_SIZE];
	enum status status = read_signature(&signature, hash, work);

	return status ? status
		      : eth_add_hex(work, "selector",
				    bytes_of(hash, SELECTOR_SIZE));
}

enum status eth_rlp(struct eth_work *work)
{
	const struct tree *decoded = tree_get(work->input, "decoded");
	struct buffer out;
	enum status status;

	if (!decoded)
		return eth_trouble(work, E_MISSING, "is missing", "decoded");
	if (buffer_from_arena(&out, work->arena, decoded->source.size + 16))
		return exhausted(work);
	status = rlp_put_tree(&out, work->arena, decoded, &work->trouble);
	return status ? status
		      : eth_add_hex(work, "encoded", buffer_bytes(&out));
}

struct typed_hashes {
	uint8_t digest[HASH_SIZE], domain[HASH_SIZE], message[HASH_SIZE];
};

static enum status hash_typed(struct typed_hashes *out, struct eth_work *work)
{
	struct eip712_types types;
	struct bytes primary;
	enum status status = eip712_types_parse(&types, work->arena,
						&work->trouble,
						tree_get(work->input, "types"));

	if (!status)
		status = eth_text(&primary, work, "primaryType");
	if (!status)
		status = eip712_hash_domain(out->domain, &types,
					    tree_get(work->input, "domain"));
	if (!status)
		status = eip712_hash_struct(out->message, &types, primary,
					    tree_get(work->input, "message"));
	if (!status)
		eip712_digest(out->digest, out->domain, out->message);
	return status;
}

static enum status add_signature(struct eth_work *work,
				 const uint8_t digest[HASH_SIZE])
{
	uint8_t signature[SIGNATURE_SIZE];
	struct eth_signer signer;
	enum status status = eth_key(&signer, work);

	if (status)
		return status;
	if (sign_digest(signature, work->signer, digest, signer.secret))
		return eth_trouble(work, E_INPUT, "cannot sign", "key");
	status = eth_add_hex(work, "signature",
			     bytes_of(signature, SIGNATURE_SIZE));
	return status ? status
		      : eth_add_address(work, "signer", signer.address);
}

enum status eth_eip712(struct eth_work *work)
{
	struct typed_hashes hashes;
	enum status status = hash_typed(&hashes, work);

	if (!status)
		status = eth_add_hex(work, "digest",
				     bytes_of(hashes.digest, HASH_SIZE));
	if (!status)
		status = eth_add_hex(work, "domainSeparator",
				     bytes_of(hashes.domain, HASH_SIZE));
	if (!status)
		status = eth_add_hex(work, "structHash",
				     bytes_of(hashes.message, HASH_SIZE));
	if (!status && !tree_is_null(tree_get(work->input, "key")))
		status = add_signature(work, hashes.digest);
	return status;
}
