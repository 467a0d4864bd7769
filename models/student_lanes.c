/* student_lanes.c -- many Student quantiles and densities of one number of
 * degrees, four at a time; see student_lanes.h.  The operations are those of
 * distributions.c, in their order: where a lane would leave the range in which
 * lanes.h agrees with elementary.c, its four are done one by one. */
#include "models/student_lanes.h"

#include <stdbool.h>

#include "models/elementary.h"
#include "models/volatility/lanes.h"

#define TINY 1e-300
#define SETTLED 3e-16
#define FRACTION_STEPS 2000
#define NEWTON_STEPS 100
#define SIZE_MOST 1e100   /* of a quantile */
#define LOG_LEAST (-690.0) /* of a probability or a density */
#define LOG_MOST 340.0     /* of a quantile: distributions.c says infinite */

/* What depends on the degrees alone. */
struct law {
	double degrees, log_beta;
	double density_constant; /* log density at 0 */
};

LANES_INLINE lanes not_tiny(lanes x)
{
	return lanes_select((lanes_bits)(lanes_size(x) < TINY), lanes_all(TINY),
			    x);
}

/* Modified Lentz, as in distributions.c; lanes that have settled stand. */
struct lentz {
	lanes c, d, value, factor;
	lanes_bits running;
};

LANES_INLINE void lentz_step(struct lentz *l, lanes a)
{
	l->d = 1.0 / not_tiny(1.0 + a * l->d);
	l->c = not_tiny(1.0 + a / l->c);
	l->factor = l->c * l->d;
	l->value = lanes_select(l->running, l->value * l->factor, l->value);
}

LANES_INLINE lanes beta_fraction(lanes a, lanes b, lanes x)
{
	struct lentz l = { .c = lanes_all(1.0) };

	l.running = (lanes_bits)(a == a);
	l.d = 1.0 / not_tiny(1.0 - (a + b) * x / (a + 1.0));
	l.value = l.d;
	for (int m = 1; m <= FRACTION_STEPS && lanes_any(l.running); m++) {
		lanes n = lanes_all((double)m), twice = a + 2.0 * n;

		lentz_step(&l, n * (b - n) * x / ((twice - 1.0) * twice));
		lentz_step(&l, -(a + n) * (a + b + n) * x /
				       (twice * (twice + 1.0)));
		l.running &= (lanes_bits)(lanes_size(l.factor - 1.0) > SETTLED);
	}
	return l.value;
}

/* P(T > x) for 0 <= x < SIZE_MOST; *safe loses the lanes that underflow. */
LANES_INLINE lanes tail_of(lanes_bits *safe, lanes x, const struct law *law)
{
	lanes a = lanes_all(0.5 * law->degrees), half = lanes_all(0.5);
	lanes ratio = x * x / law->degrees;
	lanes z = 1.0 / (1.0 + ratio), rest = ratio / (1.0 + ratio);
	lanes log_power = -a * lanes_log1p(ratio) - law->log_beta, tail;
	lanes_bits far = (lanes_bits)(z < (a + 1.0) / (a + 2.5));
	lanes front = lanes_exp(log_power) * lanes_sqrt(rest);
	lanes fraction = beta_fraction(lanes_select(far, a, half),
				       lanes_select(far, half, a),
				       lanes_select(far, z, rest));

	*safe &= (lanes_bits)(log_power > LOG_LEAST);
	tail = lanes_select(far, 0.5 * front * fraction / a,
			    0.5 - front * fraction);
	return lanes_select((lanes_bits)(x == 0.0), half, tail);
}

LANES_INLINE lanes log_density(lanes x, const struct law *law)
{
	return law->density_constant - 0.5 * (law->degrees + 1.0) *
					       lanes_log1p(x * x /
							   law->degrees);
}

/* far_quantile of distributions.c; false: not by lanes. */
LANES_CLONES static bool far_four(double *out, const double *tails,
				  const struct law *law)
{
	double starts[LANES];
	lanes tail = lanes_load(tails), goal = lanes_log(tail), y;
	lanes_bits running = (lanes_bits)(tail == tail), safe = running;

	for (int i = 0; i < LANES; i++)
		starts[i] = elementary_log(-normal_quantile(tails[i]));
	y = lanes_load(starts);
	for (int i = 0; i < NEWTON_STEPS && lanes_any(running); i++) {
		lanes x = lanes_exp(y), p, log_p, exponent, step;

		if (lanes_any((lanes_bits)(lanes_size(y) > LOG_MOST * 0.5)))
			return false;
		p = tail_of(&safe, x, law);
		if (lanes_any(~safe))
			return false;
		log_p = lanes_log(p);
		exponent = log_density(x, law) + y - log_p;
		if (lanes_any((lanes_bits)(lanes_size(exponent) > -LOG_LEAST)))
			return false;
		step = (log_p - goal) / lanes_exp(exponent);
		y = lanes_select(running, y + step, y);
		running &= (lanes_bits)(lanes_size(step) > 1e-15);
	}
	lanes_store(out, lanes_exp(y));
	return !lanes_any((lanes_bits)(lanes_size(y) > LOG_MOST * 0.5));
}

/* near_quantile of distributions.c. */
LANES_CLONES static bool near_four(double *out, const double *tails,
				   const struct law *law)
{
	lanes tail = lanes_load(tails), x = lanes_all(0.0);
	lanes_bits running = (lanes_bits)(tail == tail), safe = running;

	for (int i = 0; i < NEWTON_STEPS && lanes_any(running); i++) {
		lanes density = lanes_exp(log_density(x, law)), step, least;

		step = (tail_of(&safe, x, law) - tail) / density;
		x = lanes_select(running, x + step, x);
		least = 1e-16 + 4e-16 * x;
		running &= (lanes_bits)(lanes_size(step) > least);
		if (lanes_any(~safe) || lanes_any((lanes_bits)(lanes_size(x) > 2.0)))
			return false;
	}
	lanes_store(out, x);
	return true;
}

/* Up to four of one kind, the rest of them filled with the last. */
struct waiting {
	double p[LANES], tails[LANES];
	size_t at[LANES], count;
	bool far;
};

static void finish(double *out, struct waiting *w, const struct law *law)
{
	double x[LANES];
	bool done;

	if (!w->count)
		return;
	for (size_t i = w->count; i < LANES; i++)
		w->tails[i] = w->tails[w->count - 1];
	done = w->far ? far_four(x, w->tails, law)
		      : near_four(x, w->tails, law);
	for (size_t i = 0; i < w->count; i++)
		out[w->at[i]] =
			!done ? student_quantile(w->p[i], law->degrees)
			: w->p[i] < 0.5 ? -x[i]
					: x[i];
	w->count = 0;
}

static void add(double *out, struct waiting *w, const struct law *law,
		double p, size_t at)
{
	w->p[w->count] = p;
	w->tails[w->count] = p < 0.5 ? p : 1.0 - p;
	w->at[w->count++] = at;
	if (w->count == LANES)
		finish(out, w, law);
}

static struct law law_of(double degrees)
{
	double log_beta = student_log_beta(degrees);

	return (struct law){ degrees, log_beta,
			     -log_beta - 0.5 * elementary_log(degrees) };
}

void student_quantiles(double *out, const double *p, size_t n, double degrees)
{
	struct law law = law_of(degrees);
	struct waiting near = { .far = false }, far = { .far = true };
	double edge = student_cdf(-1.0, degrees);

	for (size_t i = 0; i < n; i++) {
		double tail = p[i] < 0.5 ? p[i] : 1.0 - p[i];

		if (!(tail > TINY) || !(degrees > 0.0))
			out[i] = student_quantile(p[i], degrees);
		else
			add(out, edge > tail ? &far : &near, &law, p[i], i);
	}
	finish(out, &near, &law);
	finish(out, &far, &law);
}

LANES_CLONES static void densities_four(double *out, const double *x,
					const struct law *law)
{
	lanes_store(out, log_density(lanes_load(x), law));
}

void student_log_densities(double *out, const double *x, size_t n,
			   double degrees)
{
	struct law law = law_of(degrees);
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		densities_four(out + i, x + i, &law);
	for (size_t k = 0; k < n; k++)
		if (k >= i || !(x[k] < SIZE_MOST && x[k] > -SIZE_MOST))
			out[k] = student_log_density(x[k], degrees);
}
