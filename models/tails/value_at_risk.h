/* value_at_risk.h -- value at risk and expected shortfall in closed form.
 *
 * Pure.  Losses are falls of the log price, positive numbers; 1 - exp(-loss)
 * is the share of the price that is lost. */
#ifndef MODELS_TAILS_VALUE_AT_RISK_H
#define MODELS_TAILS_VALUE_AT_RISK_H

#include "models/volatility/forecast.h"

struct tail_risk {
	double var; /* exceeded with probability 1 - level */
	double es;  /* mean loss where it is exceeded, >= var */
};

/**
 * tail_risk_of - with q the (1 - level) quantile of the standard law and s its
 * scale (sd; sd sqrt((nu - 2) / nu) for t): var = -(mean + s q);
 * normal es = -mean + s phi(q) / (1 - level);
 * t es = -mean + s (nu + q^2) / (nu - 1) f(q) / (1 - level).
 *
 * Returns: OK; E_INPUT level outside [0.5, 1), variance negative or not
 *          finite, degrees other than 0 (normal) or above 2
 * Source:  McNeil, Frey and Embrechts (2015), "Quantitative risk management",
 *          examples 2.14 and 2.15 */
MUST_CHECK enum status tail_risk_of(struct tail_risk *out,
				    const struct return_forecast *forecast,
				    double level);

#endif
