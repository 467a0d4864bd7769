/* nsm.c -- see nsm.h.
 *
 * Source: aws-nitro-enclaves-nsm-api, its request and response enums. */
#include "agent/enclave/nsm.h"

#include <string.h>

#include "base/cbor.h"

/* One conversation: request being written, response being read. */
struct talk {
	struct buffer request, response;
	struct cbor_reader reader;
	uint8_t request_bytes[NSM_REQUEST_MAX];
	uint8_t response_bytes[NSM_RESPONSE_MAX];
};

static void talk_begin(struct talk *talk)
{
	buffer_init(&talk->request, talk->request_bytes, NSM_REQUEST_MAX);
	buffer_init(&talk->response, talk->response_bytes, NSM_RESPONSE_MAX);
}

/* {"Error": "..."} is a no; anything unexpected is a broken platform. */
static enum status refused(struct talk *talk)
{
	struct bytes key;
	uint64_t pairs;

	cbor_reader_init_lenient(&talk->reader, buffer_bytes(&talk->response));
	if (cbor_get_map(&talk->reader, &pairs) ||
	    cbor_get_text(&talk->reader, &key) ||
	    !bytes_equal(key, bytes_of_string("Error")))
		return E_PEER;
	return E_REFUSED;
}

/* Sends; leaves the reader behind the response's name. */
static enum status talk_exchange(struct talk *talk, const struct nsm *nsm,
				 const char *name, bool has_body)
{
	struct bytes key;
	uint64_t pairs = 1;
	enum status status;

	if (talk->request.overflow)
		return E_LIMIT;
	status = nsm->exchange(nsm->context, &talk->response,
			       buffer_bytes(&talk->request));
	if (status)
		return status;
	if (talk->response.overflow)
		return E_PEER;
	cbor_reader_init_lenient(&talk->reader, buffer_bytes(&talk->response));
	if (has_body)
		status = cbor_get_map(&talk->reader, &pairs);
	if (!status)
		status = cbor_get_text(&talk->reader, &key);
	if (status || !bytes_equal(key, bytes_of_string(name)))
		return refused(talk);
	return OK;
}

/* Moves to the value of `name` in the map that follows. */
static enum status enter_member(struct cbor_reader *reader, const char *name)
{
	struct bytes key;
	uint64_t pairs;

	if (cbor_get_map(reader, &pairs))
		return E_PEER;
	for (uint64_t i = 0; i < pairs; i++) {
		if (pairs == UINT64_MAX && cbor_at_break(reader))
			break;
		if (cbor_get_text(reader, &key))
			return E_PEER;
		if (bytes_equal(key, bytes_of_string(name)))
			return OK;
		if (cbor_skip(reader))
			return E_PEER;
	}
	return E_PEER;
}

static enum status nsm_describe(void *context, struct backend_description *out)
{
	struct talk talk;
	struct cbor_reader body;
	struct bytes module;
	uint64_t pcrs;
	enum status status;

	talk_begin(&talk);
	cbor_put_text(&talk.request, "DescribeNSM");
	status = talk_exchange(&talk, context, "DescribeNSM", true);
	if (status)
		return status;
	body = talk.reader;
	if (enter_member(&talk.reader, "module_id") ||
	    cbor_get_text(&talk.reader, &module) ||
	    enter_member(&body, "max_pcrs") ||
	    cbor_get_unsigned(&body, &pcrs) || module.size >= MODULE_ID_MAX)
		return E_PEER;
	memset(out, 0, sizeof(*out));
	memcpy(out->module_id, module.data, module.size);
	out->pcr_count = (uint32_t)pcrs;
	return OK;
}

static enum status nsm_extend(void *context, uint8_t index, struct bytes data)
{
	struct talk talk;

	talk_begin(&talk);
	cbor_put_map(&talk.request, 1);
	cbor_put_text(&talk.request, "ExtendPCR");
	cbor_put_map(&talk.request, 2);
	cbor_put_text(&talk.request, "index");
	cbor_put_unsigned(&talk.request, index);
	cbor_put_text(&talk.request, "data");
	cbor_put_bytes(&talk.request, data);
	return talk_exchange(&talk, context, "ExtendPCR", true);
}

static enum status nsm_lock(void *context, uint8_t index)
{
	struct talk talk;

	talk_begin(&talk);
	cbor_put_map(&talk.request, 1);
	cbor_put_text(&talk.request, "LockPCR");
	cbor_put_map(&talk.request, 1);
	cbor_put_text(&talk.request, "index");
	cbor_put_unsigned(&talk.request, index);
	return talk_exchange(&talk, context, "LockPCR", false);
}

static enum status nsm_random(void *context, uint8_t *out, size_t size)
{
	struct talk talk;
	struct bytes random;
	enum status status;

	talk_begin(&talk);
	cbor_put_text(&talk.request, "GetRandom");
	status = talk_exchange(&talk, context, "GetRandom", true);
	if (status)
		return status;
	if (enter_member(&talk.reader, "random") ||
	    cbor_get_bytes(&talk.reader, &random) || random.size < size)
		status = E_PEER;
	else
		memcpy(out, random.data, size);
	explicit_bzero(&talk, sizeof(talk));
	return status;
}

static void put_optional(struct buffer *out, const char *name,
			 struct bytes value)
{
	cbor_put_text(out, name);
	cbor_put_bytes_or_null(out, value);
}

static enum status nsm_attest(void *context, struct buffer *document,
			      const struct backend_claims *claims)
{
	struct talk talk;
	struct bytes found;
	enum status status;

	talk_begin(&talk);
	cbor_put_map(&talk.request, 1);
	cbor_put_text(&talk.request, "Attestation");
	cbor_put_map(&talk.request, 3);
	put_optional(&talk.request, "user_data", claims->user_data);
	put_optional(&talk.request, "nonce", claims->nonce);
	put_optional(&talk.request, "public_key", claims->public_key);
	status = talk_exchange(&talk, context, "Attestation", true);
	if (status)
		return status;
	if (enter_member(&talk.reader, "document") ||
	    cbor_get_bytes(&talk.reader, &found))
		return E_PEER;
	buffer_append(document, found.data, found.size);
	return document->overflow ? E_LIMIT : OK;
}

void nsm_bind(struct backend *out, struct nsm *nsm)
{
	out->context = nsm;
	out->describe = nsm_describe;
	out->extend = nsm_extend;
	out->lock = nsm_lock;
	out->random = nsm_random;
	out->attest = nsm_attest;
}
