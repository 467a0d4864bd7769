/* cmd_ingest.c -- plimsoll ingest: live feeds into the store, once or for as
 * long as it is let. */
#include "agent/command.h"
#include "agent/ingest_run.h"

#define NAMES_MAX 128
#define BARS_LONGEST_S (31 * 86400)

/** What one command line asks for. */
struct order {
	const char *names[NAMES_MAX];
	size_t name_count;
	long long bars_s;
};

static enum status add_name(struct order *order, const char *name,
			    struct error *error)
{
	if (order->name_count == NAMES_MAX)
		return error_set(error, E_USAGE, "more than %d names",
				 NAMES_MAX);
	order->names[order->name_count++] = name;
	return OK;
}

/* --feed A B --feed C: words that are no options are further names. */
static enum status read_names(struct order *order,
			      const struct invocation *invocation,
			      struct error *error)
{
	enum status status = OK;
	const char *name;

	for (size_t i = 0; !status &&
			   (name = option_at(invocation, "feed", i)); i++)
		status = add_name(order, name, error);
	if (!status && invocation_count(invocation) && !order->name_count)
		return error_set(error, E_USAGE, "\"%.60s\": feeds are named "
				 "by --feed", invocation_argument(invocation,
								  0));
	for (int i = 0; !status && i < invocation_count(invocation); i++)
		status = add_name(order, invocation_argument(invocation, i),
				  error);
	return status;
}

static enum status read_order(struct order *order,
			      const struct invocation *invocation,
			      struct error *error)
{
	enum status status = read_names(order, invocation, error);

	if (!status)
		status = option_integer(&order->bars_s, invocation, "bars",
					3600, error);
	if (!status && (order->bars_s < 1 || order->bars_s > BARS_LONGEST_S))
		status = error_set(error, E_USAGE, "--bars takes 1 to %d "
				   "seconds", BARS_LONGEST_S);
	return status;
}

static enum status run_with_store(struct ingest_run *run,
				  const struct invocation *invocation,
				  const struct order *order,
				  struct error *error)
{
	enum status status = ingest_writer_open(&run->writer, home(invocation),
						(uint32_t)order->bars_s,
						error);

	if (status)
		return status;
	status = ingest_take_up(&run->plan, run->writer.database, error);
	if (!status) {
		ingest_show_begin(run, option_flag(invocation, "q"));
		status = ingest_run_loop(run, error);
		ingest_report(run, want_json(invocation));
	}
	ingest_writer_close(&run->writer);
	return status;
}

static enum status run_ingest(const struct invocation *invocation,
			      struct error *error)
{
	struct ingest_run *run = memory_allocate(1, sizeof(*run));
	struct order order = { 0 };
	enum status status = read_order(&order, invocation, error);

	run->once = option_flag(invocation, "once");
	if (!status)
		status = ingest_plan_make(
			&run->plan, option_or(invocation, "feeds", "feeds.ini"),
			order.names, order.name_count, error);
	if (!status) {
		status = run_with_store(run, invocation, &order, error);
		ingest_plan_free(&run->plan);
	}
	readings_free(&run->readings);
	memory_free(run);
	return status;
}

static const struct option_spec options[] = {
	{ "feeds", "FILE", "the file of feeds (default feeds.ini)" },
	{ "once", NULL, "until every source is up to date, then end" },
	{ "feed", "NAME", "only these: a section, ASSET/QUOTE, or "
			  "ASSET/QUOTE@SECTION; may be repeated" },
	{ "bars", "SECONDS", "bars to build of what comes (default 3600)" },
	{ 0 },
};

static const struct command verbs[] = {
	{ "", "", "ask every source of a file, judge what it says, store it",
	  "plimsoll ingest\n"
	  "plimsoll ingest --once --feeds feeds.ini --json\n"
	  "plimsoll ingest --feed ETH/USD --feed USDC/USD@hermes\n"
	  "# `plimsoll feed list --help` shows a file of feeds\n",
	  options, 0, -1, run_ingest },
	{ 0 },
};

const struct command_group commands_ingest = {
	"ingest", "live feeds into the store", verbs };
