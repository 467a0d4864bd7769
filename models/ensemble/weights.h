/* weights.h -- which expert to believe: exponential weights with fixed share.
 *
 * Pure.  After each bar w_i is multiplied by exp(-rate loss_i), then a share
 * of all weight is dealt out by the prior, so that a different expert can take
 * over when the market changes. */
#ifndef MODELS_ENSEMBLE_WEIGHTS_H
#define MODELS_ENSEMBLE_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

struct weight_rule {
	double rate;      /* of learning, per unit of loss */
	double share;     /* of the weight dealt out by the prior each bar */
	double low, high; /* losses are clipped to this range first */
};

extern const struct weight_rule weight_rule_variance; /* QLIKE */
extern const struct weight_rule weight_rule_tail;     /* FZ0, see scores.h */

/** weights_update - in place; members that are absent get none.
 *  In:     losses [count]; prior [count] of any sum, 0: absent
 *  Source: Herbster and Warmuth (1998), Machine Learning 32, "fixed share" */
void weights_update(double *weights, const double *losses, const double *prior,
		    size_t count, const struct weight_rule *rule);

/** weights_switching - in place: best[i] becomes the lowest loss of a sequence
 *  of experts that ends with i, each switch paid with the price at which the
 *  rule's regret bound counts it: log(count / share) / rate. */
void weights_switching(double *best, const double *losses, const bool *present,
		       size_t count, const struct weight_rule *rule);

/** weight_clip - a loss as the rule sees it. */
double weight_clip(const struct weight_rule *rule, double loss);

#endif
