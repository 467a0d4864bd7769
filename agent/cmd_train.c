/* cmd_train.c -- plimsoll train: weights of the learned expert, walk-forward,
 * with their out-of-sample record.  It parses and prints; the numbers are
 * agent/train_run.h's. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/forecast_input.h"
#include "agent/json_writer.h"
#include "agent/threads.h"
#include "agent/train_run.h"
#include "models/learned/shipped.h"

#define MARKETS_DEFAULT 96
#define MARKET_BARS_DEFAULT 4000
#define NUMBERS_A_LINE 5

static enum status read_number(uint32_t *out,
			       const struct invocation *invocation,
			       const char *name, const uint32_t limits[3],
			       struct error *error)
{
	long long value = 0;
	enum status status = option_integer(&value, invocation, name, limits[0],
					    error);

	if (!status && (value < (long long)limits[1] ||
			value > (long long)limits[2]))
		status = error_set(error, E_USAGE, "--%s takes %u to %u", name,
				   limits[1], limits[2]);
	*out = (uint32_t)value;
	return status;
}

static enum status read_order(struct train_order *out,
			      const struct invocation *invocation,
			      struct error *error)
{
	static const uint32_t limits[][3] = { { MARKETS_DEFAULT, 8, 1000 },
					      { MARKET_BARS_DEFAULT, 1600,
						50000 },
					      { 1, 0, 4000000000u },
					      { 4, 1, TRAIN_FOLDS_MAX },
					      { 40, 1, 1000 } };
	const char *const names[] = { "markets", "market-bars", "seed", "folds",
				      "epochs" };
	uint32_t values[5] = { 0 };

	for (int i = 0; i < 5; i++) {
		enum status status = read_number(&values[i], invocation,
						 names[i], limits[i], error);

		if (status)
			return status;
	}
	out->markets = values[0];
	out->market_bars = values[1];
	out->seed = values[2];
	out->folds = values[3];
	out->how = (struct network_training){ values[2], values[4], 6, 256,
					      0.003 };
	return OK;
}

static void put_number(struct json_writer *w, const char *key, double value)
{
	if (isfinite(value))
		json_put_double(w, key, value);
	else
		json_put_null(w, key);
}

static void put_fold(struct json_writer *w, const struct train_fold *fold)
{
	json_open_object(w, NULL);
	json_put_integer(w, "training", (int64_t)fold->training);
	json_put_integer(w, "validation", (int64_t)fold->validation);
	json_put_integer(w, "test", (int64_t)fold->test);
	json_put_integer(w, "epochs", fold->report.epochs);
	json_put_integer(w, "bestEpoch", fold->report.best_epoch);
	put_number(w, "loss", fold->loss);
	put_number(w, "hits", fold->hits);
	put_number(w, "shippedLoss", fold->shipped_loss);
	put_number(w, "shippedHits", fold->shipped_hits);
	json_open_object(w, "experts");
	for (int i = 0; i < EXPERTS_COUNT; i++)
		if (i != EXPERT_LEARNED)
			put_number(w, expert_name((enum expert)i),
				   fold->experts[i]);
	json_close_object(w);
	json_close_object(w);
}

static void print_json(const struct train_report *r, const uint8_t *digest)
{
	struct text text = { 0 };
	struct json_writer w;

	json_writer_init(&w, &text);
	json_open_object(&w, NULL);
	json_put_hex(&w, "weights", digest, HASH_SIZE);
	json_put_integer(&w, "epochs", r->report.epochs);
	json_put_integer(&w, "bestEpoch", r->report.best_epoch);
	put_number(&w, "firstLoss", r->report.first_loss);
	put_number(&w, "trainingLoss", r->report.training_loss);
	put_number(&w, "validationLoss", r->report.validation_loss);
	json_open_array(&w, "folds");
	for (unsigned k = 0; k < r->fold_count; k++)
		put_fold(&w, &r->folds[k]);
	json_close_array(&w);
	json_close_object(&w);
	puts(text.data);
	text_free(&text);
}

/* Of the others, the lowest loss. */
static enum expert best_other(const struct train_fold *fold)
{
	enum expert best = EXPERT_EWMA;

	for (int i = 1; i < EXPERTS_COUNT; i++)
		if (i != EXPERT_LEARNED && fold->experts[i] < fold->experts[best])
			best = (enum expert)i;
	return best;
}

static void print_text(const struct train_report *r, const uint8_t *digest)
{
	char name[HASH_TEXT_MAX];

	hex_encode_prefixed(name, digest, HASH_SIZE);
	printf("weights %s: epoch %u of %u, validation loss %.4f (%.4f before "
	       "any step), training %.4f\n", name, r->report.best_epoch,
	       r->report.epochs, r->report.validation_loss,
	       r->report.first_loss, r->report.training_loss);
	printf("%5s %8s %8s %8s %10s %8s %10s %8s  %s\n", "fold", "training",
	       "checked", "tested", "QLIKE", "below 1%", "shipped", "below 1%",
	       "best other expert");
	for (unsigned k = 0; k < r->fold_count; k++) {
		const struct train_fold *f = &r->folds[k];
		enum expert best = best_other(f);

		printf("%5u %8zu %8zu %8zu %10.5f %7.3f%% %10.5f %7.3f%%  %s "
		       "%.5f\n", k + 1, f->training, f->validation, f->test,
		       f->loss, 100.0 * f->hits, f->shipped_loss,
		       100.0 * f->shipped_hits, expert_name(best),
		       f->experts[best]);
	}
}

/* The blob as the C source of models/learned/shipped_weights.c. */
static enum status write_source(const char *path, const struct network *network,
				struct error *error)
{
	struct text text = { 0 };
	enum status status;

	text_add_format(&text, "/* shipped_weights.c -- generated by `plimsoll "
			"train --source-file`; see shipped.h. */\n"
			"#include \"models/learned/shipped.h\"\n\n"
			"const struct network learned_shipped_weights = { {");
	for (int i = 0; i < NETWORK_WEIGHTS; i++)
		text_add_format(&text, "%s%.6f,",
				i % NUMBERS_A_LINE ? " " : "\n\t",
				network->weights[i]);
	text_add_format(&text, "\n} };\n");
	status = file_write(path, bytes_of_string(text.data), error);
	text_free(&text);
	return status;
}

static enum status write_results(const struct invocation *invocation,
				 const struct train_report *report,
				 struct error *error)
{
	const char *out = option(invocation, "out");
	const char *source = option(invocation, "source-file");
	uint8_t room[LEARNED_BLOB_MAX], digest[HASH_SIZE];
	struct buffer blob;
	enum status status = OK;

	buffer_init(&blob, room, sizeof(room));
	network_encode(&blob, &report->network);
	keccak256(digest, room, buffer_bytes(&blob).size);
	if (out)
		status = file_write(out, buffer_bytes(&blob), error);
	if (!status && source)
		status = write_source(source, &report->network, error);
	if (status)
		return status;
	if (want_json(invocation))
		print_json(report, digest);
	else
		print_text(report, digest);
	return OK;
}

static enum status run_train(const struct invocation *invocation,
			     struct error *error)
{
	static struct train_report report;
	struct parallel parallel = threads_parallel(0);
	struct forecast_input input = { 0 };
	struct train_order order = { 0 };
	bool own = option_at(invocation, "asset", 0) ||
		   option_at(invocation, "csv", 0);
	enum status status = read_order(&order, invocation, error);

	if (!status && own)
		status = forecast_input_read(&input, invocation, error);
	else if (!status)
		forecast_input_preset(&input);
	order.policy = &input.policy;
	if (own) {
		order.bars = input.stored.bars;
		order.count = input.stored.count;
	}
	if (!status)
		status = train_run(&report, &order, &parallel, error);
	if (!status)
		status = write_results(invocation, &report, error);
	forecast_input_free(&input);
	return status;
}

static const struct option_spec options[] = {
	{ "markets", "N", "generated markets (default 96): without --asset and "
			  "--csv, training uses nobody's data" },
	{ "market-bars", "N", "hourly bars of each (default 4000)" },
	{ "seed", "N", "of the generator and of the training (default 1)" },
	{ "epochs", "N", "at most so many (default 40); six without progress "
			 "end it" },
	{ "asset", "A", "stored bars of A instead" },
	{ "quote", "Q", "only bars in units of Q" },
	{ "source", "S", "only bars of source S" },
	{ "bars", "N", "the newest N bars (default 8760)" },
	{ "csv", "FILE", "a CSV file with a header line (.gz too)" },
	{ "column", "NAME", "its column of log returns, a row a bar" },
	{ "percent", NULL, "the column holds log returns in percent" },
	{ "prices", NULL, "the column holds prices; time, open, high, low are "
			  "read where they stand beside" },
	{ "interval", "SECONDS", "length of a bar (default 3600)" },
	{ "policy", "FILE", "window, refits and burn-in of this policy.ini" },
	{ "folds", "N", "walk-forward tests of a series (default 4)" },
	{ "out", "FILE", "write the weights: canonical bytes" },
	{ "source-file", "FILE", "write them as the C source that ships" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "train the learned expert and say how it did out of sample",
	  "  plimsoll train --out weights.cbor\n"
	  "  plimsoll train --csv ETHUSDT-1h.csv.gz --column close --prices\n"
	  "  plimsoll train --asset ETH --bars 40000 --json\n",
	  options, 0, 0, run_train },
	{ 0 },
};

const struct command_group commands_train = {
	"train", "the learned expert's weights", verbs
};
