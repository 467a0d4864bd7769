/* garch_four.c -- four parameter sets over one series at once: each lane is a
 * recursion of its own, so the latency of one is shared by four.  For choosing
 * starts; see garch_internal.h. */
#include <math.h>
#include <string.h>

#include "models/volatility/garch_internal.h"
#include "models/volatility/lanes.h"

/* What the recursion needs of four sets. */
struct four {
	lanes mu, omega, rise, fall, beta, h, square; /* square: of t - 1 */
	lanes a, b, pivot, left, right, inverse;
	enum garch_distribution distribution;
};

/* Products and sums, lane by lane. */
struct four_sums {
	struct lanes_product variance, tail;
	lanes square, largest;
};

static void gather(struct four *out, struct garch_law laws[LANES],
		   const struct garch_data *data,
		   const double (*at)[GARCH_SLOTS])
{
	memset(out, 0, sizeof(*out));
	out->distribution = data->model.distribution;
	for (size_t k = 0; k < LANES; k++) {
		const double *x = at[k];
		struct garch_presample p =
			garch_presample_of(data, x[GARCH_MU]);
		struct garch_law *law = &laws[k];

		garch_law_of(law, &data->model, x);
		out->mu[k] = x[GARCH_MU];
		out->omega[k] = x[GARCH_OMEGA];
		out->rise[k] = x[GARCH_ALPHA];
		out->fall[k] = x[GARCH_ALPHA] + x[GARCH_GAMMA];
		out->beta[k] = x[GARCH_BETA];
		out->h[k] = p.m;
		out->square[k] =
			(x[GARCH_ALPHA] + 0.5 * x[GARCH_GAMMA]) * p.m;
		out->a[k] = law->a;
		out->b[k] = law->b;
		out->pivot[k] = -law->a / law->b;
		out->left[k] = 1.0 / (1.0 - law->lambda);
		out->right[k] = 1.0 / (1.0 + law->lambda);
		out->inverse[k] = law->inverse;
	}
}

LANES_INLINE void step(struct four_sums *s, struct four *f, double ret,
		       enum garch_distribution distribution)
{
	lanes e = ret - f->mu, square = e * e, u;

	f->h = f->omega + f->square + f->beta * f->h;
	u = square / f->h;
	lanes_multiply(&s->variance, f->h);
	s->largest += f->h;
	s->square += u;
	if (distribution == GARCH_STUDENT)
		lanes_multiply(&s->tail, 1.0 + u * f->inverse);
	if (distribution == GARCH_SKEWED) {
		lanes z = { sqrt(u[0]), sqrt(u[1]), sqrt(u[2]), sqrt(u[3]) };
		lanes x;

		z = lanes_select((lanes_bits)(e < 0.0), -z, z);
		x = (f->b * z + f->a) *
		    lanes_select((lanes_bits)(z < f->pivot), f->left, f->right);
		lanes_multiply(&s->tail, 1.0 + x * x * f->inverse);
	}
	f->square = lanes_select((lanes_bits)(e < 0.0), f->fall, f->rise) *
		    square;
}

#define FOUR(name, distribution)                                              \
	LANES_CLONES static void name(struct four_sums *s, struct four *f,    \
				      const double *returns, size_t n)        \
	{                                                                     \
		for (size_t t = 0; t < n; t++)                                \
			step(s, f, returns[t], distribution);                 \
	}

FOUR(four_normal, GARCH_NORMAL)
FOUR(four_student, GARCH_STUDENT)
FOUR(four_skewed, GARCH_SKEWED)

static void run(struct four_sums *s, struct four *f,
		const struct garch_data *data)
{
	if (f->distribution == GARCH_NORMAL)
		four_normal(s, f, data->returns, data->n);
	else if (f->distribution == GARCH_STUDENT)
		four_student(s, f, data->returns, data->n);
	else
		four_skewed(s, f, data->returns, data->n);
}

void garch_four(double likelihood[4], const struct garch_data *data,
		const double (*at)[GARCH_SLOTS])
{
	struct garch_law laws[LANES];
	struct four_sums s;
	struct four f;

	gather(&f, laws, data, at);
	memset(&s, 0, sizeof(s));
	s.variance = lanes_product_of_none();
	s.tail = lanes_product_of_none();
	run(&s, &f, data);
	for (size_t k = 0; k < LANES; k++) {
		double tail = f.distribution == GARCH_NORMAL
				      ? 0.5 * s.square[k]
				      : 0.5 * (laws[k].nu + 1.0) *
						lanes_log_of(&s.tail, k);

		likelihood[k] = (double)data->n * laws[k].constant -
				0.5 * lanes_log_of(&s.variance, k) - tail;
		if (!(s.largest[k] < 1e300 && s.square[k] < 1e300))
			likelihood[k] = -(double)INFINITY;
	}
}
