/* student_lanes.h -- Student's t at many points at once.
 *
 * Pure.  The same bits as student_quantile and student_log_density point by
 * point (elementary.h), some four times as fast. */
#ifndef MODELS_STUDENT_LANES_H
#define MODELS_STUDENT_LANES_H

#include <stddef.h>

/** student_quantiles - out[i] = student_quantile(p[i], degrees); out may not
 *  be p. */
void student_quantiles(double *out, const double *p, size_t n, double degrees);

/** student_log_densities - out[i] = student_log_density(x[i], degrees). */
void student_log_densities(double *out, const double *x, size_t n,
			   double degrees);

#endif
