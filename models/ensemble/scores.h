/* scores.h -- how far a forecast was from what came.  Pure. */
#ifndef MODELS_ENSEMBLE_SCORES_H
#define MODELS_ENSEMBLE_SCORES_H

/**
 * score_fz0 - joint score of a lower quantile and the mean below it:
 *   (var - ret) [ret <= var] / (-p es) + var / es + log(-es) - 1
 * In:     var, es  negative, es <= var; unit of the return; es is taken as at
 *                  most -1e-6
 *         p        their probability
 * Source: Patton, Ziegel and Chen (2019), J. Econometrics 211, equation 6 */
double score_fz0(double ret, double var, double es, double p);

/** score_pinball - loss of a quantile, (value - quantile)(p - [value <
 *  quantile]) >= 0, in the unit of the value; score_pinball_slope - its
 *  derivative by the quantile: 1 - p where the value lies below, else -p.
 *  Source: Koenker and Bassett (1978), Econometrica 46, equation 3.1 */
double score_pinball(double value, double quantile, double p);
double score_pinball_slope(double value, double quantile, double p);

#endif
