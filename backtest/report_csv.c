/* report_csv.c -- see report_csv.h. */
#include "backtest/report_csv.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/time.h"
#include "crypto/hex.h"

void report_csv_cell(struct text *out, const char *words)
{
	if (out->size && out->data[out->size - 1] != '\n')
		text_add_string(out, ",");
	if (!strpbrk(words, ",\"\n\r")) {
		text_add_string(out, words);
		return;
	}
	text_add_string(out, "\"");
	for (const char *at = words; *at; at++)
		text_add(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
	text_add_string(out, "\"");
}

void report_csv_number(struct text *out, double value)
{
	text_add_string(out, ",");
	if (value - value == 0.0)
		text_add_format(out, "%.9g", value);
}

void report_csv_integer(struct text *out, uint64_t value)
{
	text_add_format(out, ",%" PRIu64, value);
}

static void moment(struct text *out, int64_t time_s)
{
	char words[TIME_TEXT_MAX];

	time_format(words, time_s);
	report_csv_cell(out, words);
}

static void line_end(struct text *out)
{
	text_add_string(out, "\n");
	text_drain(out);
}

static void parameters(struct text *out, const struct parameters *p)
{
	const uint64_t values[] = { p->ltv_bps, p->lt_bps, p->lb_bps,
				    p->supply_cap, p->borrow_cap,
				    p->optimal_bps, p->base_bps, p->slope1_bps,
				    p->slope2_bps };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		report_csv_integer(out, values[i]);
}

static void parameter_heads(struct text *out, const char *when)
{
	static const char *const names[] = {
		"ltv_bps", "lt_bps", "lb_bps", "supply_cap", "borrow_cap",
		"optimal_bps", "base_bps", "slope1_bps", "slope2_bps" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		text_add_format(out, ",%s_%s", when, names[i]);
}

static void reasons(struct text *out, uint64_t bits)
{
	struct text words = { 0 };

	text_add_string(&words, "");
	for (int i = 0; i < REASONS_COUNT; i++)
		if (bits >> i & 1)
			text_add_format(&words, "%s%s", words.size ? " " : "",
					reason_name((enum reason)i));
	text_add(&words, "", 1); /* ends it, also where there was none */
	report_csv_cell(out, words.data);
	text_free(&words);
}

static void decision_line(struct text *out, const char *run,
			  const struct decision_record *decision,
			  const char *symbol,
			  const struct decision_asset *asset)
{
	const char *outcome = outcome_name(decision->outcome);
	char digest[HASH_TEXT_MAX];

	report_csv_cell(out, run);
	moment(out, decision->time_s);
	report_csv_cell(out, outcome ? outcome : "");
	reasons(out, decision->reasons);
	hex_encode_prefixed(digest, decision->digest, HASH_SIZE);
	report_csv_cell(out, digest);
	report_csv_cell(out, symbol);
	parameters(out, &asset->before);
	parameters(out, &asset->target);
	parameters(out, &asset->after);
	for (size_t i = 0; i < 4; i++)
		report_csv_cell(out, asset->binding[i]);
	report_csv_integer(out, asset->volatility_bps);
	report_csv_number(out, (double)asset->var99);
	report_csv_number(out, (double)asset->var975);
	report_csv_number(out, (double)asset->es975);
	report_csv_number(out, (double)asset->realised);
	line_end(out);
}

void report_csv_decisions(struct text *out,
			  const struct backtest_record *record)
{
	text_add_string(out, "run,time,outcome,reasons,digest,asset");
	parameter_heads(out, "before");
	parameter_heads(out, "target");
	parameter_heads(out, "after");
	text_add_string(out, ",binding_ltv,binding_lt,binding_supply_cap,"
			"binding_borrow_cap,volatility_bps,var99,var975,es975,"
			"realised\n");
	for (size_t r = 0; r < record->run_count; r++)
		for (size_t i = 0; i < record->runs[r].decision_count; i++)
			for (size_t a = 0; a < record->plan->asset_count; a++)
				decision_line(
					out,
					setter_name(record->runs[r].setter),
					run_decision(&record->runs[r], i),
					record->plan->assets[a].symbol,
					&record->runs[r].decisions[i].assets[a]);
}

static void hour_heads(struct text *out, const struct backtest_plan *plan)
{
	static const char *const names[] = { "price_usd", "ltv", "supplied",
					     "borrowed" };

	text_add_string(out, "run,time,bad_debt_usd,liquidated_usd,revenue_usd,"
			"supplied_usd,borrowed_usd,at_supply_cap,"
			"at_borrow_cap");
	for (size_t a = 0; a < plan->asset_count; a++)
		for (size_t i = 0; i < 4; i++) {
			struct text head = { 0 };

			text_add_format(&head, "%s_%s", plan->assets[a].symbol,
					names[i]);
			report_csv_cell(out, head.data);
			text_free(&head);
		}
	line_end(out);
}

static void hour_line(struct text *out, const char *run,
		      const struct hour_record *hour, size_t asset_count)
{
	report_csv_cell(out, run);
	moment(out, hour->time_s);
	report_csv_number(out, hour->bad_debt_usd);
	report_csv_number(out, hour->liquidated_usd);
	report_csv_number(out, hour->revenue_usd);
	report_csv_number(out, hour->supplied_usd);
	report_csv_number(out, hour->borrowed_usd);
	report_csv_integer(out, hour->at_supply_cap);
	report_csv_integer(out, hour->at_borrow_cap);
	for (size_t a = 0; a < asset_count; a++) {
		report_csv_number(out, (double)hour->price_usd[a]);
		report_csv_number(out, (double)hour->ltv[a]);
		report_csv_number(out, (double)hour->supplied[a]);
		report_csv_number(out, (double)hour->borrowed[a]);
	}
	line_end(out);
}

void report_csv_hours(struct text *out, const struct backtest_record *record)
{
	hour_heads(out, record->plan);
	for (size_t r = 0; r < record->run_count; r++)
		for (size_t h = 0; h < record->runs[r].hour_count; h++)
			hour_line(out, setter_name(record->runs[r].setter),
				  run_hour(&record->runs[r], h),
				  record->plan->asset_count);
}

void report_csv_liquidations(struct text *out,
			     const struct backtest_record *record)
{
	text_add_string(out, "run,time,borrower,collateral,debt,repaid_usd,"
			"seized_usd,health,price_ratio\n");
	for (size_t r = 0; r < record->run_count; r++)
		for (size_t i = 0; i < record->runs[r].liquidation_count; i++) {
			const struct liquidation_record *l =
				run_liquidation(&record->runs[r], i);

			report_csv_cell(out, setter_name(record->runs[r].setter));
			moment(out, l->time_s);
			report_csv_integer(out, l->borrower);
			report_csv_cell(out, record->plan->assets[l->collateral].symbol);
			report_csv_cell(out, record->plan->assets[l->debt].symbol);
			report_csv_number(out, l->repaid_usd);
			report_csv_number(out, l->seized_usd);
			report_csv_number(out, l->health);
			report_csv_number(out, l->price_ratio);
			line_end(out);
		}
}

void report_csv_summary(struct text *out,
			const struct backtest_summary *summary)
{
	text_add_string(out, "run,score,unit,value,low,high,error\n");
	for (size_t r = 0; r < summary->run_count; r++)
		for (int k = 0; k < DECISION_SCORES; k++) {
			const struct decision_figure *figure =
				&summary->runs[r].scores.figures[k];
			const struct bootstrap_result *result =
				&figure->result;

			if (!figure->exists)
				continue;
			report_csv_cell(out, setter_name(summary->runs[r].setter));
			report_csv_cell(out, decision_score_name((enum decision_score)k));
			report_csv_cell(out, decision_score_unit((enum decision_score)k));
			report_csv_number(out, result->value);
			report_csv_number(out, result->low);
			report_csv_number(out, result->high);
			report_csv_number(out, result->error);
			line_end(out);
		}
}

static void test_cells(struct text *out, const struct test_result *test)
{
	report_csv_number(out, test->statistic);
	report_csv_number(out, test->p);
}

static void block_cells(struct text *out, const struct overlap_tests *overlap,
			const struct bootstrap_result *result)
{
	const double none = (double)NAN;

	report_csv_number(out, overlap->n ? result->value : none);
	report_csv_number(out, overlap->n ? result->low : none);
	report_csv_number(out, overlap->n ? result->high : none);
	report_csv_number(out, overlap->n ? result->p : none);
}

static void forecast_line(struct text *out, const char *symbol,
			  enum forecaster who, const struct forecast_tests *t)
{
	const struct overlap_tests *o = &t->overlap;

	report_csv_cell(out, forecaster_name(who));
	report_csv_cell(out, symbol);
	report_csv_integer(out, t->n);
	report_csv_integer(out, t->exceed);
	test_cells(out, &t->pof);
	test_cells(out, &t->independence);
	test_cells(out, &t->conditional);
	test_cells(out, &t->quantile);
	report_csv_integer(out, t->exceed975);
	test_cells(out, &t->z1);
	test_cells(out, &t->z2);
	report_csv_cell(out, overlap_counts(o, FORECAST_P99) ? "block-bootstrap"
							     : "kupiec");
	report_csv_integer(out, o->n);
	report_csv_integer(out, o->exceed);
	block_cells(out, o, &o->share99);
	report_csv_integer(out, o->exceed975);
	block_cells(out, o, &o->share975);
	block_cells(out, o, &o->z2);
	report_csv_number(out, t->pinball);
	report_csv_number(out, t->fz0);
	test_cells(out, &t->dm);
	test_cells(out, &t->dm_fz0);
	report_csv_cell(out, traffic_zone_name(t->light.zone));
	line_end(out);
}

void report_csv_forecasts(struct text *out,
			  const struct backtest_summary *summary)
{
	const struct run_summary *own = summary_run(summary, SETTER_PLIMSOLL);
	const struct backtest_plan *plan = summary->record->plan;

	text_add_string(out, "forecaster,asset,n,exceed,pof_lr,pof_p,ind_lr,"
			"ind_p,cc_lr,cc_p,dq,dq_p,exceed975,z1,z1_p,z2,z2_p,"
			"coverage_by,all_n,all_exceed,all_share99,"
			"all_share99_low,all_share99_high,all_share99_p,"
			"all_exceed975,all_share975,all_share975_low,"
			"all_share975_high,all_share975_p,all_z2,all_z2_low,"
			"all_z2_high,all_z2_p,pinball,fz0,dm,dm_p,dm_fz0,"
			"dm_fz0_p,traffic_light\n");
	for (size_t a = 0; own && a < plan->asset_count; a++)
		for (int f = 0; f < FORECASTERS_COUNT && own->tests[a][0].n; f++)
			forecast_line(out, plan->assets[a].symbol,
				      (enum forecaster)f, &own->tests[a][f]);
}
