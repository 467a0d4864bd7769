/* decision_file.c -- see decision_file.h. */
#include "agent/decision_file.h"

#include <stdio.h>
#include <string.h>

#include "case/case.h"
#include "feeds/net/json.h"

#define DECISION_FILE_MAX (16u << 20)

enum status decision_document_from_bytes(struct decision_document *out,
					 struct bytes bytes,
					 const uint8_t *signature65,
					 struct error *error)
{
	struct decision_document made;
	enum status status;

	memset(&made, 0, sizeof(made));
	made.bytes = memory_allocate(bytes.size, 1);
	made.size = bytes.size;
	if (bytes.size)
		memcpy(made.bytes, bytes.data, bytes.size);
	status = signed_decision_decode(&made.signed_decision,
					bytes_of(made.bytes, made.size));
	if (!status)
		status = report_decode(&made.report,
				       made.signed_decision.report);
	if (status) {
		memory_free(made.bytes);
		return error_set(error, E_MALFORMED,
				 "the decision's bytes do not parse");
	}
	decision_digest(made.digest, &made.signed_decision.decision,
			&made.signed_decision.domain);
	if (signature65) {
		made.has_signature = true;
		memcpy(made.signature, signature65, SIGNATURE_SIZE);
	}
	*out = made;
	return OK;
}

void decision_document_free(struct decision_document *document)
{
	memory_free(document->bytes);
	memory_free(document->next_state);
	memset(document, 0, sizeof(*document));
}

enum status decision_signer(uint8_t out20[ADDRESS_SIZE],
			    const struct decision_document *document)
{
	static const uint8_t seed[32];
	struct signer_context *context = signer_context_create(seed);
	uint8_t key[PUBLIC_KEY_SIZE];
	enum status status;

	if (!context)
		return E_SYSTEM;
	status = document->has_signature
			 ? recover_public_key(key, context, document->digest,
					      document->signature)
			 : E_AUTHENTIC;
	if (!status)
		address_from_public_key(out20, key);
	signer_context_destroy(context);
	return status;
}

static void put_reasons(struct json_writer *w, const char *key, uint64_t bits)
{
	json_open_array(w, key);
	for (int i = 0; i < REASONS_COUNT; i++)
		if (bits >> i & 1)
			json_put_string(w, NULL, reason_name((enum reason)i));
	json_close_array(w);
}

static const struct component_report *
component_of(const struct asset_report *asset, uint8_t kind, uint8_t index)
{
	switch (kind) {
	case KIND_COLLATERAL: return &asset->components[index];
	case KIND_SUPPLY_CAP: return &asset->components[COMPONENT_SUPPLY_CAP];
	case KIND_BORROW_CAP: return &asset->components[COMPONENT_BORROW_CAP];
	case KIND_RATES: return &asset->components[COMPONENT_OPTIMAL + index];
	default: return NULL;
	}
}

static const struct asset_report *asset_of(const struct report *report,
					   const uint8_t *asset)
{
	for (size_t i = 0; i < report->asset_count; i++)
		if (!memcmp(report->assets[i].asset, asset, ADDRESS_SIZE))
			return &report->assets[i];
	return NULL;
}

static void put_values(struct json_writer *w, const char *key,
		       const struct tuple *tuple, const u128 *values)
{
	json_open_object(w, key);
	for (uint8_t i = 0; i < tuple->count; i++)
		json_put_u128(w, kind_component_name(tuple->kind, i),
			      values[i]);
	json_close_object(w);
}

static void put_tuple(struct json_writer *w, const struct tuple *tuple,
		      const struct report *report)
{
	const struct asset_report *asset = asset_of(report, tuple->asset);

	json_open_object(w, NULL);
	json_put_address(w, "asset", tuple->asset);
	if (asset)
		json_put_string(w, "symbol", asset->symbol);
	json_put_string(w, "kind", kind_name(tuple->kind));
	put_values(w, "old", tuple, tuple->old_values);
	put_values(w, "new", tuple, tuple->new_values);
	json_open_object(w, "binding");
	for (uint8_t i = 0; asset && i < tuple->count; i++) {
		const struct component_report *c =
			component_of(asset, tuple->kind, i);

		if (c)
			json_put_string(w, kind_component_name(tuple->kind, i),
					*c->limit ? c->limit : c->binding);
	}
	json_close_object(w);
	json_open_object(w, "unconstrained");
	for (uint8_t i = 0; asset && i < tuple->count; i++) {
		const struct component_report *c =
			component_of(asset, tuple->kind, i);

		if (c)
			json_put_u128(w, kind_component_name(tuple->kind, i),
				      *c->limit ? c->target
						: c->unconstrained);
	}
	json_close_object(w);
	json_close_object(w);
}

static void put_figure(struct json_writer *w, const char *key,
		       const struct loss_figure *figure)
{
	json_open_object(w, key);
	json_put_u128(w, "value", figure->value_usd);
	json_put_u128(w, "se", figure->error_usd);
	json_close_object(w);
}

static void put_loss(struct json_writer *w, const char *key,
		     const struct report *report,
		     const struct loss_report *loss)
{
	json_open_object(w, key);
	json_put_integer(w, "horizon", report->horizon_s);
	put_figure(w, "var95", &loss->var95);
	put_figure(w, "var99", &loss->var99);
	put_figure(w, "es975", &loss->es975);
	put_figure(w, "es99", &loss->es99);
	json_put_u128(w, "liquidatedMean", loss->liquidated_mean_usd);
	json_close_object(w);
}

static const char *const component_words[COMPONENTS_COUNT] = {
	"ltv", "lt", "lb", "supplyCap", "borrowCap",
	"optimal", "base", "slope1", "slope2" };

static void put_baselines(struct json_writer *w,
			  const struct asset_report *asset)
{
	json_open_array(w, "baselines");
	for (size_t i = 0; i < asset->baseline_count; i++) {
		json_open_object(w, NULL);
		json_put_string(w, "name", asset->baselines[i].name);
		for (size_t k = 0; k < COMPONENTS_BASELINE; k++)
			json_put_u128(w, component_words[k],
				      asset->baselines[i].values[k]);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_demand(struct json_writer *w, const struct asset_report *asset)
{
	json_open_object(w, "demand");
	json_put_integer(w, "utilisationPpm", asset->utilisation_ppm);
	json_put_integer(w, "elasticityE3", asset->elasticity_e3);
	json_put_integer(w, "elasticityErrorE3", asset->elasticity_error_e3);
	json_put_bool(w, "movesInSteps", asset->moves_in_steps);
	json_put_integer(w, "noReturnPpm", asset->return_ppm[0]);
	json_put_integer(w, "noReturnProposedPpm", asset->return_ppm[1]);
	json_put_integer(w, "stressPpm", asset->stress_ppm[0]);
	json_put_integer(w, "stressProposedPpm", asset->stress_ppm[1]);
	json_close_object(w);
}

static void put_asset(struct json_writer *w, const struct asset_report *asset)
{

	json_open_object(w, NULL);
	json_put_address(w, "asset", asset->asset);
	json_put_string(w, "symbol", asset->symbol);
	put_reasons(w, "reasons", asset->reasons);
	json_put_u128(w, "priceE8", asset->price_e8);
	json_put_integer(w, "volatilityBps", asset->volatility_bps);
	json_put_integer(w, "medianVolatilityBps", asset->median_bps);
	json_put_bool(w, "authenticated", asset->authenticated);
	json_put_u128(w, "lossUsd", asset->loss_usd);
	json_put_u128(w, "lossErrorUsd", asset->loss_error_usd);
	json_put_integer(w, "var99Bps", asset->var99_bps);
	json_put_integer(w, "es975Bps", asset->es975_bps);
	json_put_integer(w, "gapBps", asset->gap_bps);
	json_put_integer(w, "touchBps", asset->touch_bps);
	json_put_integer(w, "impactBps", asset->impact_bps);
	json_put_u128(w, "capacityUsd", asset->capacity_usd);
	json_open_object(w, "parameters");
	for (size_t i = 0; i < COMPONENTS_COUNT; i++) {
		const struct component_report *c = &asset->components[i];

		json_open_object(w, component_words[i]);
		json_put_u128(w, "current", c->current);
		json_put_u128(w, "target", c->target);
		json_put_u128(w, "chosen", c->chosen);
		json_put_string(w, "binding", c->binding);
		json_put_u128(w, "unconstrained", c->unconstrained);
		json_put_string(w, "limit", c->limit);
		json_close_object(w);
	}
	json_close_object(w);
	put_demand(w, asset);
	put_baselines(w, asset);
	json_close_object(w);
}

static void put_scenarios(struct json_writer *w, const struct report *report)
{
	json_open_array(w, "scenarios");
	for (size_t i = 0; i < report->scenario_count; i++) {
		json_open_object(w, NULL);
		json_put_string(w, "name", report->scenarios[i].name);
		json_put_u128(w, "lossUsd", report->scenarios[i].before_usd);
		json_put_u128(w, "lossProposedUsd",
			      report->scenarios[i].after_usd);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_affected(struct json_writer *w, const struct report *report)
{
	json_open_array(w, "affected");
	for (size_t i = 0; i < report->affected_count; i++) {
		const struct affected_report *a = &report->affected[i];

		json_open_object(w, NULL);
		json_put_address(w, "account", a->account);
		json_put_u128(w, "debtUsd", a->debt_usd);
		json_put_integer(w, "healthBps", a->health_now_bps);
		json_put_integer(w, "healthProposedBps", a->health_then_bps);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_grounds(struct json_writer *w, const struct report *report)
{
	json_open_object(w, "evaluations");
	json_put_integer(w, "full", report->cascade_evaluations);
	json_put_integer(w, "screened", report->screened_evaluations);
	json_put_integer(w, "paths", report->path_count);
	json_put_integer(w, "steps", report->step_count);
	json_put_integer(w, "positions", report->position_count);
	json_put_integer(w, "merged", report->merged_count);
	json_put_u128(w, "mergeErrorUsd", report->merge_error_usd);
	json_close_object(w);
	json_open_object(w, "coverage");
	json_put_integer(w, "ppm", report->coverage_ppm);
	json_put_u128(w, "residualUsd", report->residual_usd);
	json_close_object(w);
}

static void put_head(struct json_writer *w, const struct decision_document *d)
{
	const struct decision *decision = &d->signed_decision.decision;
	char evidence[2] = { evidence_letter(decision->evidence), 0 };

	json_put_integer(w, "caseVersion", CASE_VERSION);
	json_put_string(w, "mode", decision->mode ? "shadow" : "live");
	json_put_string(w, "outcome", outcome_name(decision->outcome));
	json_put_string(w, "evidence", evidence);
	json_open_object(w, "authenticatedShare");
	json_put_integer(w, "ppm", d->report.authenticated_ppm);
	json_close_object(w);
	json_put_bool(w, "synthetic", d->report.synthetic);
	put_reasons(w, "reasons", decision->reasons);
	json_put_integer(w, "chainId",
			 (int64_t)d->signed_decision.domain.chain_id);
	json_put_address(w, "steward", d->signed_decision.domain.steward);
	json_put_hex(w, "market", decision->market, HASH_SIZE);
	json_put_integer(w, "epoch", (int64_t)decision->epoch);
	json_put_integer(w, "asOf", (int64_t)decision->as_of);
	json_put_integer(w, "validUntil", (int64_t)decision->valid_until);
	json_put_integer(w, "anchorBlock", (int64_t)decision->anchor_block);
	json_put_hex(w, "previousState", decision->previous_state, HASH_SIZE);
	json_put_hex(w, "state", decision->state, HASH_SIZE);
	json_put_hex(w, "caseDigest", decision->case_digest, HASH_SIZE);
	json_put_hex(w, "policyHash", decision->policy_hash, HASH_SIZE);
	json_put_hex(w, "modelHash", decision->model_hash, HASH_SIZE);
	json_put_hex(w, "reportDigest", decision->report_digest, HASH_SIZE);
}

void decision_document_write(struct text *out,
			     const struct decision_document *d, const char *tx)
{
	const struct decision *decision = &d->signed_decision.decision;
	uint8_t signer[ADDRESS_SIZE];
	struct json_writer w;

	json_writer_init(&w, out);
	json_open_object(&w, NULL);
	put_head(&w, d);
	json_open_array(&w, "tuples");
	for (size_t i = 0; i < decision->tuple_count; i++)
		put_tuple(&w, &decision->tuples[i], &d->report);
	json_close_array(&w);
	put_loss(&w, "loss", &d->report, &d->report.before);
	put_loss(&w, "lossAfter", &d->report, &d->report.after);
	put_scenarios(&w, &d->report);
	put_affected(&w, &d->report);
	put_grounds(&w, &d->report);
	json_open_array(&w, "assets");
	for (size_t i = 0; i < d->report.asset_count; i++)
		put_asset(&w, &d->report.assets[i]);
	json_close_array(&w);
	json_put_hex(&w, "digest", d->digest, HASH_SIZE);
	if (d->has_signature)
		json_put_hex(&w, "signature", d->signature, SIGNATURE_SIZE);
	if (!decision_signer(signer, d))
		json_put_address(&w, "signer", signer);
	if (tx)
		json_put_string(&w, "tx", tx);
	json_put_hex(&w, "encoded", d->bytes, d->size);
	json_close_object(&w);
	text_add_string(out, "\n");
}

/* The printed document must be the one its bytes make: a reader who trusts
 * the table must not be shown another. */
static enum status check_printed(const struct decision_document *d,
				 struct bytes file, const struct json *root,
				 struct error *error)
{
	struct text again = { 0 };
	bool same;

	decision_document_write(&again, d,
				json_string(json_member(root, "tx")));
	same = again.size == file.size &&
	       !memcmp(again.data, file.data, file.size);
	text_free(&again);
	if (same)
		return OK;
	return error_set(error, E_AUTHENTIC, "the decision's printed fields "
			 "are not those of its encoded bytes");
}

static enum status read_root(struct decision_document *out,
			     const struct json *root, struct error *error)
{
	const struct json *signature = json_member(root, "signature");
	uint8_t signature65[SIGNATURE_SIZE], *bytes = NULL;
	size_t size = 0;
	enum status status;

	if (json_hex_bytes(&bytes, &size, json_member(root, "encoded")))
		return error_set(error, E_MALFORMED,
				 "no member \"encoded\" with the bytes");
	if (signature && json_hex_fixed(signature65, SIGNATURE_SIZE, signature)) {
		memory_free(bytes);
		return error_set(error, E_MALFORMED,
				 "\"signature\" is not 65 bytes");
	}
	status = decision_document_from_bytes(out, bytes_of(bytes, size),
					      signature ? signature65 : NULL,
					      error);
	memory_free(bytes);
	return status;
}

/* "tx" is not covered by the signature: only the chain can say if it is true. */
static enum status read_transaction(struct decision_document *out,
				    const struct json *root,
				    struct error *error)
{
	const struct json *tx = json_member(root, "tx");

	out->has_transaction = tx != NULL;
	if (tx && json_hex_fixed(out->transaction, HASH_SIZE, tx))
		return error_set(error, E_MALFORMED,
				 "\"tx\" is not a transaction's hash");
	return OK;
}

/* A document of this file, or not one; *out untouched unless OK. */
static enum status read_text(struct decision_document *out, struct bytes file,
			     const struct json *root, struct error *error)
{
	struct decision_document read;
	enum status status = read_root(&read, root, error);

	if (status)
		return status;
	status = check_printed(&read, file, root, error);
	if (!status)
		status = read_transaction(&read, root, error);
	if (status)
		decision_document_free(&read);
	else
		*out = read;
	return status;
}

enum status decision_document_read(struct decision_document *out,
				   const char *path, struct error *error)
{
	uint8_t *data;
	size_t size;
	struct json *root = NULL;
	enum status status = file_read(&data, &size, path, DECISION_FILE_MAX,
				       error);

	if (status)
		return status;
	if (json_parse(&root, bytes_of(data, size), error))
		status = error_set(error, E_MALFORMED, "%s: not a decision "
				   "file: it is not JSON", path);
	else
		status = read_text(out, bytes_of(data, size), root, error);
	json_free(root);
	memory_free(data);
	return status;
}
