/* weights.c -- see weights.h. */
#include "models/ensemble/weights.h"

#include "models/elementary.h"

const struct weight_rule weight_rule_variance = { 0.02, 0.001, 0.0, 200.0 };
const struct weight_rule weight_rule_tail = { 0.05, 0.002, -2.0, 100.0 };

double weight_clip(const struct weight_rule *rule, double loss)
{
	if (!(loss > rule->low))
		return rule->low;
	return loss < rule->high ? loss : rule->high;
}

void weights_update(double *weights, const double *losses, const double *prior,
		    size_t count, const struct weight_rule *rule)
{
	double sum = 0.0, all = 0.0;

	for (size_t i = 0; i < count; i++) {
		weights[i] = prior[i] > 0.0
				     ? weights[i] *
					       elementary_exp(
						       -rule->rate *
						       weight_clip(rule,
								   losses[i]))
				     : 0.0;
		sum += weights[i];
		all += prior[i];
	}
	for (size_t i = 0; i < count && all > 0.0; i++) {
		double own = sum > 0.0 ? weights[i] / sum : prior[i] / all;

		weights[i] = (1.0 - rule->share) * own +
			     rule->share * prior[i] / all;
	}
}

void weights_switching(double *best, const double *losses, const bool *present,
		       size_t count, const struct weight_rule *rule)
{
	double price = elementary_log((double)count / rule->share) / rule->rate;
	double least = 0.0;
	bool found = false;

	for (size_t i = 0; i < count; i++)
		if (present[i] && (!found || best[i] < least)) {
			least = best[i];
			found = true;
		}
	for (size_t i = 0; i < count; i++) {
		if (!present[i])
			continue;
		if (best[i] > least + price)
			best[i] = least + price;
		best[i] += weight_clip(rule, losses[i]);
	}
}
