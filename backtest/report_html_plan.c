/* report_html_plan.c -- the plan, and how to run it again.  Part of
 * report_html.h. */
#include <inttypes.h>

#include "backtest/html.h"
#include "backtest/report_html.h"
#include "base/time.h"
#include "crypto/hex.h"

static void put_fact(struct text *out, const char *name, const char *value)
{
	html_row(out, name);
	html_cell(out, value);
	html_row_close(out);
}

static void put_seconds(struct text *out, const char *name, uint32_t seconds)
{
	html_row(out, name);
	html_cell_format(out, "%" PRIu32 " s (%.1f h)", seconds,
			 (double)seconds / 3600.0);
	html_row_close(out);
}

static void put_share(struct text *out, const char *name, uint32_t ppm)
{
	html_row(out, name);
	html_cell_format(out, "%.2f %%", (double)ppm / 1e4);
	html_row_close(out);
}

static void put_identity(struct text *out, const struct backtest_summary *s)
{
	static const char *const heads[] = { "what", "value", NULL };
	const struct backtest_plan *plan = s->record->plan;
	char words[HASH_TEXT_MAX];
	uint8_t hash[HASH_SIZE];

	html_table(out, "What makes it the same again", heads);
	put_fact(out, "run", s->run_id);
	hex_encode_prefixed(words, s->record->input_digest, HASH_SIZE);
	put_fact(out, "digest of plan, policy and every bar", words);
	policy_hash(hash, plan->policy_bytes);
	hex_encode_prefixed(words, hash, HASH_SIZE);
	put_fact(out, "policy hash", words);
	put_fact(out, "model", s->model_id);
	hex_encode_prefixed(words, plan->seed, HASH_SIZE);
	put_fact(out, "seed", words);
	html_table_close(out);
}

static void put_market(struct text *out, const struct backtest_plan *plan)
{
	static const char *const heads[] = {
		"asset", "series", "prices", "bars", "supplied at the start, "
		"USD", "LTV, LT, bonus, bps", "supply cap", "borrow cap", NULL };

	html_table(out, "Assets at the start", heads);
	for (size_t a = 0; a < plan->asset_count; a++) {
		const struct plan_asset *asset = &plan->assets[a];
		const struct parameters *p = &asset->start;
		char size[32];

		svg_number(size, asset->supply_usd);
		html_row(out, asset->symbol);
		html_cell(out, asset->series);
		html_cell(out, asset->synthetic ? "generated" : "recorded");
		html_cell_format(out, "%zu", asset->bar_count);
		html_cell_format(out, "%s", size);
		html_cell_format(out, "%u, %u, %u", p->ltv_bps, p->lt_bps,
				 p->lb_bps);
		html_cell_format(out, "%" PRIu64, p->supply_cap);
		html_cell_format(out, "%" PRIu64, p->borrow_cap);
		html_row_close(out);
	}
	html_table_close(out);
}

static void put_settings(struct text *out, const struct backtest_plan *plan)
{
	static const char *const heads[] = { "setting", "value", NULL };
	const struct plan_population *people = &plan->population;

	html_table(out, "Rules of the run", heads);
	put_seconds(out, "a decision every", plan->policy->epoch_period_s);
	put_seconds(out, "horizon", plan->policy->horizon_s);
	put_seconds(out, "embargo of prices", plan->embargo_s);
	put_seconds(out, "from decision to effect",
		    plan->steward.submission_delay_s);
	put_seconds(out, "steward: confirm delay",
		    plan->steward.confirm_delay_s);
	put_seconds(out, "steward: timelock delay",
		    plan->steward.timelock_delay_s);
	html_row(out, "borrowers of each collateral");
	html_cell_format(out, "%" PRIu32, people->borrowers);
	html_row_close(out);
	put_share(out, "debt that follows LTV", people->follow_ppm);
	put_share(out, "short positions", people->short_ppm);
	put_share(out, "loops of claims", people->loop_ppm);
	if (people->largest_ppm)
		put_share(out, "largest borrower, at most",
			  people->largest_ppm);
	html_row(out, "changes in the DAO's history");
	html_cell_format(out, "%zu", plan->change_count);
	html_row_close(out);
	html_table_close(out);
}

void report_html_plan(struct text *out, const struct report_input *input)
{
	const struct backtest_summary *s = input->summary;

	html_heading(out, 2, "plan", "Plan and how to repeat it");
	if (input->command) {
		html_paragraph(out, "The same command over the same data gives "
				    "the same bytes, this page included:");
		html_code(out, input->command);
	}
	put_identity(out, s);
	put_market(out, s->record->plan);
	put_settings(out, s->record->plan);
}
