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

static void print_figure(FILE *out, const char *name,
			 const struct loss_figure *before,
			 const struct loss_figure *after)
{
	fprintf(out, "  %-8s %14" PRIu64 " +- %-10" PRIu64 " %14" PRIu64
		" +- %" PRIu64 "\n", name, before->value_usd,
		before->error_usd, after->value_usd, after->error_usd);
}

static void print_losses(FILE *out, const struct report *report)
{
	fprintf(out, "bad debt over %u h, USD (%u paths, %u positions):\n"
		"           in force                      proposed\n",
		report->horizon_s / 3600, report->path_count,
		report->position_count);
	print_figure(out, "VaR 95", &report->before.var95,
		     &report->after.var95);
	print_figure(out, "VaR 99", &report->before.var99,
		     &report->after.var99);
	print_figure(out, "ES 97.5", &report->before.es975,
		     &report->after.es975);
	print_figure(out, "ES 99", &report->before.es99, &report->after.es99);
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
}

void decision_text_explain(FILE *out, const struct decision_document *d)
{
	decision_text_summary(out, d);
	for (size_t i = 0; i < d->report.asset_count; i++)
		explain_asset(out, &d->report.assets[i]);
}
