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

#endif
