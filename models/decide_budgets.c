/* decide_budgets.c -- constraint a: does a point stay within the loss budgets of
 * the market, of its assets and of the named paths, and which one refuses it?
 *
 * The search asks some hundred points, and most of what is refused is refused by
 * one and the same scenario: that one is asked first.  Which budget binds is the
 * first exceeded in their order and is told of the last refusal alone, so it
 * is looked up when the search is over. */
#include "models/decide_work.h"

#include <string.h>

/* Named paths that are walked at once after the first, doubled each time: where
 * it did not refuse, all of them as a rule are. */
#define BATCH 16u

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

/* The first of the listed scenarios that exceeds its budget; `most`: none. */
static enum status ask(size_t *found, struct decide_budgets *b,
		       const struct decide_parameters *at,
		       const struct decide_scenarios_list *list, size_t most)
{
	struct decide_loss_summary losses;
	enum status status = decide_screen_scenarios(&losses, b->work, at,
						     list);

	*found = most;
	for (size_t k = list->count; !status && k > 0; k--)
		if (exceeds(b, &losses, list->at[k - 1]))
			*found = list->at[k - 1];
	return status;
}

/* All but one, in order, until one refuses. */
static enum status ask_others(size_t *found, struct decide_budgets *b,
			      const struct decide_parameters *at, size_t most)
{
	size_t next = 0, batch = BATCH;
	enum status status = OK;

	*found = most;
	while (!status && *found == most && next < most) {
		struct decide_scenarios_list list = { .count = 0 };

		for (; next < most && list.count < batch; next++)
			if (next != b->first)
				list.at[list.count++] = (uint32_t)next;
		status = ask(found, b, at, &list, most);
		batch *= 2;
	}
	return status;
}

static bool is_ahead(const struct decide_budgets *b,
		     const struct decide_parameters *at)
{
	return b->ahead.known && b->ahead.scenario == b->first &&
	       !memcmp(&b->ahead.at, at, sizeof(*at));
}

/* The scenario to ask first: what was found ahead, or else walked, and ahead
 * for what comes next.  *found as of ask(). */
static enum status ask_first(size_t *found, struct decide_budgets *b,
			     const struct decide_parameters *at,
			     const struct decide_parameters *next)
{
	size_t most = b->work->paths.scenarios.path_count;
	const struct decide_scenarios_list first = { { (uint32_t)b->first }, 1 };
	struct decide_loss_summary losses;
	double usd[2];
	enum status status;

	if (is_ahead(b, at)) {
		usd[0] = b->ahead.usd;
		b->ahead.known = false;
	} else if (next && parallel_hands(b->work->parallel) > 1) {
		const struct decide_parameters both[2] = { *at, *next };

		status = decide_screen_two(usd, b->work, both,
					   (uint32_t)b->first);
		if (status)
			return status;
		b->ahead = (struct decide_ahead){ true, *next, b->first,
						  usd[1] };
	} else {
		return ask(found, b, at, &first, most);
	}
	losses.scenario_usd[b->first] = usd[0];
	*found = exceeds(b, &losses, b->first) ? b->first : most;
	return OK;
}

static enum status within_scenarios(bool *out, struct decide_budgets *b,
				    const struct decide_parameters *at,
				    const struct decide_parameters *next)
{
	const struct path_work *p = &b->work->paths;
	size_t most = p->scenarios.path_count, found = most;
	enum status status = ask_first(&found, b, at, next);
	bool others = !status && found == most;

	if (others)
		status = ask_others(&found, b, at, most);
	*out = found == most;
	if (status || *out)
		return status;
	(void)refuse(b, p->constraint_names[found]);
	b->first = found;
	b->unnamed = !others && found > 0;
	b->at = *at;
	return OK;
}

/* Which budget was the first that the last refused point exceeded? */
enum status decide_name_refusal(struct decide_budgets *b)
{
	const struct path_work *p = &b->work->paths;
	size_t most = p->scenarios.path_count, found;
	struct decide_scenarios_list before = { .count = 0 };
	enum status status;

	if (!b->unnamed)
		return OK;
	for (size_t k = 0; k < b->first; k++)
		before.at[before.count++] = (uint32_t)k;
	status = ask(&found, b, &b->at, &before, most);
	if (!status && found < most)
		b->refused = p->constraint_names[found];
	return status;
}

enum status decide_screen_budgets(bool *out, struct decide_budgets *b,
				  const struct decide_parameters *at,
				  const struct decide_parameters *next)
{
	struct decide_loss_summary losses;
	enum status status = decide_screen(&losses, b->work, at);

	if (status)
		return status;
	*out = within_loss_budgets(b, &losses);
	return *out ? within_scenarios(out, b, at, next) : OK;
}
