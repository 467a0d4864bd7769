/* mixture.c -- see mixture.h. */
#include "models/ensemble/mixture.h"

#include "models/elementary.h"
#include "models/volatility/lanes.h"

#define TAIL_STEPS 8
#define LOG_P_LEAST (-690.0)
#define MIXTURE_PADDED ((MIXTURE_MEMBERS_MAX + LANES - 1) / LANES * LANES)

double mixture_variance(const struct mixture *mixture)
{
	double mean = 0.0, squares = 0.0;

	for (size_t i = 0; i < mixture->count; i++) {
		const struct mixture_member *m = &mixture->members[i];

		mean += m->weight_variance * m->mean;
		squares += m->weight_variance *
			   (m->deviation * m->deviation + m->mean * m->mean);
	}
	return squares - mean * mean;
}

static double tail_deviation(const struct mixture_member *m)
{
	return m->deviation * m->tail_scale;
}

struct tail_point member_tail(const struct mixture_member *m, double p)
{
	double log_p = elementary_log(p), d = tail_deviation(m);

	return (struct tail_point){ m->mean + d * tail_quantile(m->table, log_p),
				    m->mean + d * tail_shortfall(m->table,
								 log_p) };
}

/* Probability below q, its density, and E[x; x <= q]. */
struct below {
	double p, density, mean;
};

/* What the members say of a point, those with weight, padded to whole lanes. */
struct readings {
	const struct mixture_member *members[MIXTURE_MEMBERS_MAX];
	struct tail_reading at[MIXTURE_MEMBERS_MAX];
	double log_p[MIXTURE_PADDED], p[MIXTURE_PADDED];
	size_t count;
};

/* elementary_exp of what is within the range where lanes_exp is that. */
LANES_CLONES static void exponentials(struct readings *r)
{
	for (size_t i = 0; i < r->count; i += LANES)
		lanes_store(r->p + i, lanes_exp(lanes_load(r->log_p + i)));
	for (size_t i = 0; i < r->count; i++)
		if (!(r->log_p[i] > LOG_P_LEAST))
			r->p[i] = elementary_exp(r->log_p[i]);
}

static void read_members(struct readings *out, const struct mixture *mixture,
			 double q)
{
	out->count = 0;
	for (size_t i = 0; i < mixture->count; i++) {
		const struct mixture_member *m = &mixture->members[i];
		size_t at = out->count;

		if (!(m->weight_tail > 0.0))
			continue;
		out->members[at] = m;
		out->at[at] = tail_read(m->table,
					(q - m->mean) / tail_deviation(m));
		out->log_p[at] = out->at[at].log_p;
		out->count++;
	}
	for (size_t i = out->count; i < lanes_padded(out->count); i++)
		out->log_p[i] = 0.0;
	exponentials(out);
}

static struct below below_of(const struct mixture *mixture, double q)
{
	struct below out = { 0.0, 0.0, 0.0 };
	struct readings r;

	read_members(&r, mixture, q);
	for (size_t i = 0; i < r.count; i++) {
		const struct mixture_member *m = r.members[i];
		double d = tail_deviation(m), p = m->weight_tail * r.p[i];

		out.p += p;
		out.density += p * r.at[i].slope / d;
		out.mean += p * (m->mean + d * r.at[i].shortfall);
	}
	return out;
}

/* Between the members' own quantiles lies the mixture's. */
struct bracket {
	double low, high, start;
};

static struct bracket bracket_of(const struct mixture *mixture, double log_p)
{
	struct bracket b = { 0.0, 0.0, 0.0 };
	int found = 0;

	for (size_t i = 0; i < mixture->count; i++) {
		const struct mixture_member *m = &mixture->members[i];
		double q;

		if (!(m->weight_tail > 0.0))
			continue;
		q = m->mean + tail_deviation(m) * tail_quantile(m->table, log_p);
		b.low = !found || q < b.low ? q : b.low;
		b.high = !found || q > b.high ? q : b.high;
		b.start += m->weight_tail * q;
		found = 1;
	}
	return b;
}

struct tail_point mixture_tail(const struct mixture *mixture, double p)
{
	double log_p = elementary_log(p);
	struct bracket b = bracket_of(mixture, log_p);
	double q = b.start;
	struct below at = { 0.0, 0.0, 0.0 };

	for (int k = 0; k < TAIL_STEPS; k++) {
		double next;

		at = below_of(mixture, q);
		if (at.p > p)
			b.high = q;
		else
			b.low = q;
		next = at.p > 0.0 && at.density > 0.0
			       ? q - (elementary_log(at.p) - log_p) * at.p /
					     at.density
			       : b.low;
		q = next >= b.low && next <= b.high ? next
						    : 0.5 * (b.low + b.high);
	}
	at = below_of(mixture, q);
	return (struct tail_point){ q, at.p > 0.0 ? at.mean / at.p : q };
}
