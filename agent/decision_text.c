/* decision_text.c -- see decision_text.h. */
#include "agent/decision_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/time.h"

static const char *const component_names[COMPONENTS_COUNT] = {
	"ltv", "lt", "lb", "supplyCap", "borrowCap",
		"optimal", "base", "slope1", "slope2" };

static void print_reasons(FILE *out, uint64_t bits)
{
	for (int i = 0; i < REASONS_COUNT; i++)
		if (bits >> i & 1)
			fprintf(out, " %s", reason_name((enum reason)i));
}

/* A value with the interval of two standard errors, in whole USD. */
static void print_figure(FILE *out, const char *name,
			 const struct loss_figure *before,
			 const struct loss_figure *after)
{
	const struct loss_figure *both[] = { before, after };

	fprintf(out, "  %-8s", name);
	for (size_t i = 0; i < 2; i++) {
		uint64_t width = 2 * both[i]->error_usd;
		uint64_t value = both[i]->value_usd;

		fprintf(out, " %13" PRIu64 " [%" PRIu64 ", %" PRIu64 "]", value,
			value > width ? value - width : 0, value + width);
	}
	fprintf(out, "\n");
}

static void print_scenarios(FILE *out, const struct report *report)
{
	if (!report->scenario_count)
		return;
	fprintf(out, "bad debt along stress paths, USD: in force, proposed\n");
	for (size_t i = 0; i < report->scenario_count; i++)
		fprintf(out, "  %-24s %14" PRIu64 " %14" PRIu64 "\n",
			report->scenarios[i].name,
			report->scenarios[i].before_usd,
			report->scenarios[i].after_usd);
}

static void print_affected(FILE *out, const struct report *report)
{
	char address[ADDRESS_TEXT_MAX];

	if (!report->affected_count)
		return;
	fprintf(out, "accounts nearest to liquidation (the cuts alone would "
		"liquidate %u, %" PRIu64 " USD):\n",
		report->cut_liquidates_accounts, report->cut_liquidates_usd);
	for (size_t i = 0; i < report->affected_count; i++) {
		const struct affected_report *a = &report->affected[i];

		address_format(address, a->account);
		fprintf(out, "  %s  debt %12" PRIu64 " USD  health %.4f -> "
			"%.4f\n", address, a->debt_usd,
			a->health_now_bps / 10000.0,
			a->health_then_bps / 10000.0);
	}
}

static void print_losses(FILE *out, const struct report *report)
{
	fprintf(out, "bad debt over %u h, USD [two standard errors]; %u paths, "
		"%u positions:\n           in force, proposed\n",
		report->horizon_s / 3600, report->path_count,
		report->position_count);
	print_figure(out, "VaR 95", &report->before.var95,
		     &report->after.var95);
	print_figure(out, "VaR 99", &report->before.var99,
		     &report->after.var99);
	print_figure(out, "ES 97.5", &report->before.es975,
		     &report->after.es975);
	print_figure(out, "ES 99", &report->before.es99, &report->after.es99);
	fprintf(out, "  liquidated on average: %" PRIu64 " USD in force, %"
		PRIu64 " proposed\n", report->before.liquidated_mean_usd,
		report->after.liquidated_mean_usd);
}

/* What the figures rest on. */
static void print_grounds(FILE *out, const struct report *report)
{
	fprintf(out, "from %u full cascade evaluations and %u over the paths "
		"that can lose", report->cascade_evaluations,
		report->screened_evaluations);
	fprintf(out, "; positions hold %.2f %% of the debt, %" PRIu64
		" USD unproven at its worst", report->coverage_ppm / 1e4,
		report->residual_usd);
	if (report->merged_count)
		fprintf(out, "; %u positions merged, which moves a loss by at "
			"most %" PRIu64 " USD", report->merged_count,
			report->merge_error_usd);
	fprintf(out, "\n");
}

static const struct asset_report *find_asset(const struct report *report,
					     const uint8_t *asset20)
{
	for (size_t i = 0; i < report->asset_count; i++)
		if (!memcmp(report->assets[i].asset, asset20, ADDRESS_SIZE))
			return &report->assets[i];
	return NULL;
}

const char *decision_text_symbol(const struct report *report,
				 const uint8_t asset20[ADDRESS_SIZE])
{
	const struct asset_report *asset = find_asset(report, asset20);

	return asset ? asset->symbol : "?";
}

/* What set the target, and what kept the value from it. */
static void print_binding(FILE *out, const struct asset_report *asset,
			  const char *name)
{
	for (int i = 0; asset && i < COMPONENTS_COUNT; i++) {
		const struct component_report *c = &asset->components[i];

		if (strcmp(component_names[i], name))
			continue;
		if (*c->binding)
			fprintf(out, "  %s", c->binding);
		if (*c->limit)
			fprintf(out, ", held by %s", c->limit);
	}
}

static void print_tuple(FILE *out, const struct tuple *tuple,
			const struct report *report)
{
	const struct asset_report *asset = find_asset(report, tuple->asset);
	char old_text[40], new_text[40];

	for (uint8_t i = 0; i < tuple->count; i++) {
		u128_format(old_text, tuple->old_values[i]);
		u128_format(new_text, tuple->new_values[i]);
		fprintf(out, "  %-6s %-11s %-9s %10s -> %-10s",
			asset ? asset->symbol : "?", kind_name(tuple->kind),
			kind_component_name(tuple->kind, i), old_text,
			new_text);
		if (tuple->old_values[i] == tuple->new_values[i])
			fprintf(out, "  kept\n");
		else {
			print_binding(out, asset,
				      kind_component_name(tuple->kind, i));
			fprintf(out, "\n");
		}
	}
}

void decision_text_summary(FILE *out, const struct decision_document *d)
{
	const struct decision *decision = &d->signed_decision.decision;
	char as_of[TIME_TEXT_MAX];

	time_format(as_of, (int64_t)decision->as_of);
	fprintf(out, "%s  epoch %" PRIu64 "  evidence %c%s  as of %s\n",
		outcome_name(decision->outcome), decision->epoch,
		evidence_letter(decision->evidence),
		decision->evidence == EVIDENCE_C ? " (nothing is proven)" : "",
		as_of);
	if (d->report.synthetic)
		fprintf(out, "price history is SYNTHETIC\n");
	fprintf(out, "reasons:");
	print_reasons(out, decision->reasons);
	fprintf(out, "\n");
	if (decision->tuple_count)
		fprintf(out, "  asset  kind        parameter   in force -> "
			"proposed    bound by\n");
	for (size_t i = 0; i < decision->tuple_count; i++)
		print_tuple(out, &decision->tuples[i], &d->report);
	print_losses(out, &d->report);
	print_scenarios(out, &d->report);
	print_affected(out, &d->report);
	print_grounds(out, &d->report);
}

static void explain_component(FILE *out, const struct component_report *c,
			      const char *name)
{
	fprintf(out, "    %-10s %12" PRIu64 " in force, target %" PRIu64
		" bound by %s", name, c->current, c->target,
		*c->binding ? c->binding : "nothing");
	if (c->unconstrained != UINT64_MAX && c->unconstrained != c->target)
		fprintf(out, " (without it %" PRIu64 ")", c->unconstrained);
	fprintf(out, ", proposed %" PRIu64, c->chosen);
	if (*c->limit)
		fprintf(out, ", held by %s", c->limit);
	fprintf(out, "\n");
}

/* Other rules' values beside ours, in the order of the components. */
static void explain_baselines(FILE *out, const struct asset_report *asset)
{
	if (!asset->baseline_count)
		return;
	fprintf(out, "  other rules: %14s %6s %6s %14s %14s\n", "ltv", "lt",
		"lb", "supplyCap", "borrowCap");
	for (size_t i = 0; i < asset->baseline_count; i++) {
		const struct baseline_report *b = &asset->baselines[i];

		fprintf(out, "    %-20s %3" PRIu64 " %6" PRIu64 " %6" PRIu64
			" %14" PRIu64 " %14" PRIu64 "\n", b->name,
			b->values[COMPONENT_LTV], b->values[COMPONENT_LT],
			b->values[COMPONENT_LB],
			b->values[COMPONENT_SUPPLY_CAP],
			b->values[COMPONENT_BORROW_CAP]);
	}
}

static void explain_demand(FILE *out, const struct asset_report *asset)
{
	if (!asset->elasticity_e3)
		return;
	fprintf(out, "  borrowers: %.2f %% lent out, elasticity %.3f +- %.3f a "
		"day%s\n", asset->utilisation_ppm / 1e4,
		asset->elasticity_e3 / 1e3, asset->elasticity_error_e3 / 1e3,
		asset->moves_in_steps ? ", in steps" : "");
	fprintf(out, "  a squeeze lasts too long with %.4f %% (in force), "
		"%.4f %% (proposed); above 99 %% for a day with %.4f, %.4f %%"
		"\n", asset->return_ppm[0] / 1e4, asset->return_ppm[1] / 1e4,
		asset->stress_ppm[0] / 1e4, asset->stress_ppm[1] / 1e4);
}

static void explain_asset(FILE *out, const struct asset_report *asset)
{
	fprintf(out, "\n%s at %" PRIu64 ".%08" PRIu64 " USD\n", asset->symbol,
		asset->price_e8 / 100000000, asset->price_e8 % 100000000);
	fprintf(out, "  estimate: volatility %.2f %% a year (GJR-t %.2f, EWMA "
		"%.2f), t with %.3f degrees of freedom\n",
		asset->volatility_bps / 100.0, asset->garch_bps / 100.0,
		asset->ewma_bps / 100.0, asset->degrees_e3 / 1000.0);
	fprintf(out, "  falls: VaR 99 %.2f %%, ES 97.5 %.2f %%, gap over the "
		"oracle's lag %.2f %%, 24 h touch %.2f %%\n",
		asset->var99_bps / 100.0, asset->es975_bps / 100.0,
		asset->gap_bps / 100.0, asset->touch_bps / 100.0);
	fprintf(out, "  liquidity: stressed sale moves the price %.2f %%, "
		"%" PRIu64 " USD sellable within the horizon\n",
		asset->impact_bps / 100.0, asset->capacity_usd);
	fprintf(out, "  loss: %" PRIu64 " USD of the market's ES 97.5\n",
		asset->loss_usd);
	fprintf(out, "  reasons:");
	print_reasons(out, asset->reasons);
	fprintf(out, "\n");
	for (size_t i = 0; i < COMPONENTS_COUNT; i++)
		explain_component(out, &asset->components[i],
				  component_names[i]);
	explain_demand(out, asset);
	explain_baselines(out, asset);
}

void decision_text_explain(FILE *out, const struct decision_document *d)
{
	decision_text_summary(out, d);
	for (size_t i = 0; i < d->report.asset_count; i++)
		explain_asset(out, &d->report.assets[i]);
}
