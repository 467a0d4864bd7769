/* decide_budgets.c -- constraint a: does a point stay within the loss budgets of
 * the market, of its assets and of the named paths, and which one refuses it?
 *
 * The search asks some dozen points.  They are asked for what the top of the
 * closed forms exceeds alone (decide_targets asks for everything at the end),
 * and most of what is refused is refused by one and the same scenario: that one
 * is asked first.  Which budget binds is the first exceeded in their order and
 * is told of the last refusal alone, so it is looked up when the search is
 * over. */
#include "models/decide_work.h"

#include <string.h>

#define NO_SCENARIO SCENARIOS_MAX

static bool refuse(struct decide_budgets *b, const char *name)
{
	b->refused = name;
	b->unnamed = false;
	return false;
}

/* What of an asset's budget is used: ES 97.5 and two standard errors. */
static double asset_upper_usd(const struct decide_loss_summary *losses,
			      size_t asset)
{
	return losses->asset_es_usd[asset] +
	       2.0 * losses->asset_error_usd[asset];
}

/* Constraint a, the simulated paths: the market's and every asset's budget. */
static bool within_loss_budgets(struct decide_budgets *b,
				const struct decide_loss_summary *losses)
{
	const struct decide_work *work = b->work;

	if (losses->es_upper_usd > (double)work->policy.loss_budget_usd)
		return refuse(b, "a-loss-market");
	for (size_t i = 0; i < work->asset_count; i++)
		if (work->assets[i].policy &&
		    asset_upper_usd(losses, i) >
			    (double)work->assets[i].policy->loss_budget_usd)
			return refuse(b, "a-loss-asset");
	return true;
}

static bool exceeds(const struct decide_budgets *b,
		    const struct decide_loss_summary *losses, size_t scenario)
{
	return losses->scenario_usd[scenario] >
	       (double)b->work->policy.scenario_budget_usd;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

double decide_budget_excess(const struct decide_budgets *b,
			    const struct decide_loss_summary *losses)
{
	const struct decide_work *work = b->work;
	double most = losses->es_upper_usd /
		      (double)work->policy.loss_budget_usd;

	for (size_t i = 0; i < work->asset_count; i++)
		if (work->assets[i].policy)
			most = larger(most,
				      asset_upper_usd(losses, i) /
					      (double)work->assets[i]
						      .policy->loss_budget_usd);
	for (size_t s = 0; s < work->paths.scenarios.path_count; s++)
		most = larger(most,
			      losses->scenario_usd[s] /
				      (double)work->policy.scenario_budget_usd);
	return most;
}

/* And the named paths': every scenario's budget. */
bool decide_within_budgets(struct decide_budgets *b,
			   const struct decide_loss_summary *losses)
{
	const struct path_work *p = &b->work->paths;

	if (!within_loss_budgets(b, losses))
		return false;
	for (size_t s = 0; s < p->scenarios.path_count; s++)
		if (exceeds(b, losses, s))
			return refuse(b, p->constraint_names[s]);
	return true;
}

static bool is_listed(const struct decide_scenarios_list *list, size_t scenario)
{
	for (size_t k = 0; k < list->count; k++)
		if (list->at[k] == scenario)
			return true;
	return false;
}

bool decide_ask_also(struct decide_budgets *b,
		     const struct decide_loss_summary *losses)
{
	struct decide_scenarios_list *list = &b->scenarios;
	bool more = !b->simulated && !within_loss_budgets(b, losses);

	b->simulated |= more;
	for (size_t s = 0; s < b->work->paths.scenarios.path_count; s++)
		if (exceeds(b, losses, s) && !is_listed(list, s)) {
			list->at[list->count++] = (uint32_t)s;
			more = true;
		}
	return more;
}

static bool refuse_at(struct decide_budgets *b, size_t first,
		      const struct decide_parameters *at)
{
	b->first = first;
	b->at = *at;
	b->unnamed = true;
	return false;
}

/* Of the listed scenarios, but one, the first that exceeds its budget. */
static enum status ask_others(bool *out, struct decide_budgets *b,
			      const struct decide_parameters *at, size_t but)
{
	struct decide_loss_summary losses;
	struct decide_scenarios_list others = { .count = 0 };
	enum status status;

	*out = true;
	for (size_t k = 0; k < b->scenarios.count; k++)
		if (b->scenarios.at[k] != but)
			others.at[others.count++] = b->scenarios.at[k];
	if (!others.count)
		return OK;
	status = decide_screen_scenarios(&losses, b->work, at, &others);
	for (size_t k = 0; k < others.count && !status && *out; k++)
		if (exceeds(b, &losses, others.at[k]))
			*out = refuse_at(b, others.at[k], at);
	return status;
}

static enum status ask_simulated(bool *out, struct decide_budgets *b,
				 const struct decide_parameters *at)
{
	struct decide_loss_summary losses;
	enum status status = OK;

	*out = true;
	if (!b->simulated)
		return OK;
	status = decide_screen(&losses, b->work, at);
	if (!status && !within_loss_budgets(b, &losses))
		*out = refuse_at(b, NO_SCENARIO, at);
	return status;
}

static bool is_ahead(const struct decide_budgets *b,
		     const struct decide_parameters *at)
{
	return b->ahead.known && b->ahead.scenario == b->first &&
	       !memcmp(&b->ahead.at, at, sizeof(*at));
}

/* The scenario that refused last: what was found ahead, or else walked, and
 * ahead for what comes next. */
static enum status ask_first(bool *out, struct decide_budgets *b,
			     const struct decide_parameters *at,
			     const struct decide_parameters *next)
{
	struct decide_loss_summary losses;
	double usd[2] = { 0.0, 0.0 };
	enum status status = OK;

	if (is_ahead(b, at)) {
		usd[0] = b->ahead.usd;
		b->ahead.known = false;
	} else if (next && parallel_hands(b->work->parallel) > 1) {
		const struct decide_parameters both[2] = { *at, *next };

		status = decide_screen_two(usd, b->work, both,
					   (uint32_t)b->first);
		b->ahead = (struct decide_ahead){ !status && usd[1] >= 0.0,
						  *next, b->first, usd[1] };
	} else {
		const struct decide_scenarios_list first = {
			{ (uint32_t)b->first }, 1 };

		status = decide_screen_scenarios(&losses, b->work, at, &first);
		usd[0] = losses.scenario_usd[b->first];
	}
	if (status)
		return status;
	losses.scenario_usd[b->first] = usd[0];
	*out = !exceeds(b, &losses, b->first) || refuse_at(b, b->first, at);
	return OK;
}

enum status decide_screen_budgets(bool *out, struct decide_budgets *b,
				  const struct decide_parameters *at,
				  const struct decide_parameters *next)
{
	size_t first = b->first;
	enum status status = OK;

	*out = true;
	b->work->report.screened_evaluations++;
	if (is_listed(&b->scenarios, first))
		status = ask_first(out, b, at, next);
	if (!status && *out)
		status = ask_simulated(out, b, at);
	if (!status && *out)
		status = ask_others(out, b, at, first);
	return status;
}

/* Which budget was the first that the last refused point exceeded?  Of those
 * that are asked: it refused by one, so that only what stands before is left. */
enum status decide_name_refusal(struct decide_budgets *b)
{
	struct decide_budgets before = *b;
	struct decide_loss_summary losses;
	bool within = true;
	enum status status = OK;

	if (!b->unnamed)
		return OK;
	if (b->simulated)
		status = decide_screen(&losses, b->work, &b->at);
	if (status || (b->simulated && !within_loss_budgets(b, &losses)))
		return status;
	before.scenarios.count = 0;
	for (uint32_t s = 0; s < b->first; s++)
		if (is_listed(&b->scenarios, s))
			before.scenarios.at[before.scenarios.count++] = s;
	status = ask_others(&within, &before, &b->at, NO_SCENARIO);
	(void)refuse(b, b->work->paths.constraint_names[within ? b->first : before.first]);
	return status;
}
