/* features.h -- what the learned expert sees of an asset before a bar.
 *
 * Pure.  All relative to the asset's own scale, nothing of other assets: an
 * asset's state must not depend on when the bars of another one arrive. */
#ifndef MODELS_LEARNED_FEATURES_H
#define MODELS_LEARNED_FEATURES_H

#include "models/learned/network.h"

/** What they are made of; variances in scale^2. */
struct feature_source {
	const double *ranges;   /* [count] scaled, oldest first */
	size_t count;
	double last_return;     /* scaled, of the newest bar */
	double jumps;           /* decayed share of large moves */
	double ewma, gjr;       /* those experts' variances of the next bar */
	int64_t time_s;         /* opening of the bar that is forecast */
};

/** features_of - x [NETWORK_INPUTS]:
 *   0..4   log mean range variance of the last 1, 4, 24, 72, 168 bars
 *   5      log of the largest of the last 24 over their mean
 *   6, 7   last return in deviations of the last day, and its size
 *   8      10 times the share of large moves
 *   9, 10  log of the EWMA and GJR-t variances
 *   11..14 hour and weekday on their circles, halved
 *   15     weekend */
void features_of(double x[NETWORK_INPUTS], const struct feature_source *source);

#endif
