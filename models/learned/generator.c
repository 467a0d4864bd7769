/* generator.c -- see generator.h. */
#include "models/learned/generator.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "models/elementary.h"

#define START_S 1577836800 /* 2020-01-01, a Wednesday */
#define HOUR_S 3600
#define STEPS 24
#define PARTS 3
#define STREAM_TRAITS 0x10000u
#define STREAM_PARTS 0x20000u
#define STREAM_JUMPS 0x30000u

/* What one market is like. */
struct traits {
	double deviation;           /* of an hour, long run */
	double keep[PARTS], move[PARTS]; /* of each part of log variance */
	double leverage, season, phase;
	double jump_share, jump_size;
	double noise;               /* bounce of each price, in deviations */
	double pull;                /* back to the peg an hour; 0 none */
	bool closes_only;
};

struct market {
	struct traits traits;
	struct rng_key key;
	uint32_t number;
	double parts[PARTS];
	double level, last_shock;   /* log price, normal of the last hour */
};

static double uniform_of(const struct market *m, uint32_t index)
{
	struct rng_counter counter = { m->number, index / 2, STREAM_TRAITS };
	double u[2];

	rng_uniforms(u, &m->key, &counter);
	return u[index % 2];
}

static double between(const struct market *m, uint32_t index, double low,
		      double high)
{
	return low + (high - low) * uniform_of(m, index);
}

static void draw_traits(struct market *m)
{
	static const double lives[PARTS][2] = { { 1.5, 8.0 }, { 15.0, 60.0 },
						{ 150.0, 700.0 } };
	static const double spreads[PARTS][2] = { { 0.3, 0.9 }, { 0.3, 0.8 },
						  { 0.2, 0.8 } };
	struct traits *t = &m->traits;

	t->deviation = elementary_exp(between(m, 0, -8.5, -4.0));
	for (uint32_t i = 0; i < PARTS; i++) {
		double life = between(m, 1 + i, lives[i][0], lives[i][1]);
		double spread = between(m, 4 + i, spreads[i][0], spreads[i][1]);

		t->keep[i] = elementary_exp(-1.0 / life);
		t->move[i] = spread * sqrt(1.0 - t->keep[i] * t->keep[i]);
	}
	t->leverage = between(m, 7, -0.4, 0.1);
	t->season = between(m, 8, 0.0, 0.6);
	t->phase = uniform_of(m, 9);
	t->jump_share = between(m, 10, 0.0, 0.004);
	t->jump_size = between(m, 11, 3.0, 8.0);
	t->noise = between(m, 12, 0.0, 0.15);
	t->pull = uniform_of(m, 13) < 0.2 ? between(m, 14, 0.02, 0.3) : 0.0;
	t->closes_only = uniform_of(m, 15) < 0.25;
}

static void move_parts(struct market *m, uint32_t hour)
{
	double z[4], own = sqrt(1.0 - m->traits.leverage * m->traits.leverage);

	for (uint32_t i = 0; i < 2; i++) {
		struct rng_counter counter = { m->number, hour,
					       STREAM_PARTS + i };

		rng_normals(z + 2 * i, &m->key, &counter);
	}
	for (int i = 0; i < PARTS; i++) {
		double shock = m->traits.leverage * m->last_shock + own * z[i];

		m->parts[i] = m->traits.keep[i] * m->parts[i] +
			      m->traits.move[i] * shock;
	}
}

static double deviation_at(const struct market *m, uint32_t hour)
{
	double turn = (double)(hour % 24) / 24.0 + m->traits.phase, sine, cosine;
	double log_variance = 0.0;

	elementary_sincos_turn(&sine, &cosine, turn >= 1.0 ? turn - 1.0 : turn);
	for (int i = 0; i < PARTS; i++)
		log_variance += m->parts[i];
	log_variance += m->traits.season * sine;
	return m->traits.deviation * elementary_exp(0.5 * log_variance);
}

static double jump_at(const struct market *m, uint32_t hour)
{
	struct rng_counter counter = { m->number, hour, STREAM_JUMPS };
	double u[2], z[2];

	rng_uniforms(u, &m->key, &counter);
	if (u[0] >= m->traits.jump_share)
		return 0.0;
	counter.stream++;
	rng_normals(z, &m->key, &counter);
	return m->traits.jump_size * z[0];
}

/* Log prices of one bar. */
struct candle {
	double open, high, low, close;
};

static void see(struct candle *c, double level)
{
	c->high = level > c->high ? level : c->high;
	c->low = level < c->low ? level : c->low;
}

static struct candle walk(struct market *m, uint32_t hour)
{
	double deviation = deviation_at(m, hour), start = m->level;
	double step = deviation / sqrt((double)STEPS), z[2];
	double bounce = m->traits.noise * deviation;
	struct candle c = { m->level, m->level, m->level, m->level };

	for (uint32_t k = 0; k < STEPS; k++) {
		struct rng_counter counter = { m->number, hour, k };

		rng_normals(z, &m->key, &counter);
		m->level += step * z[0];
		see(&c, m->level + bounce * z[1]);
	}
	m->level += deviation * jump_at(m, hour);
	m->level -= m->traits.pull * m->level;
	m->last_shock = (m->level - start) / deviation;
	if (m->last_shock > 3.0 || m->last_shock < -3.0)
		m->last_shock = m->last_shock < 0.0 ? -3.0 : 3.0;
	c.close = m->level + bounce * z[1];
	see(&c, c.close);
	return c;
}

/* 12 significant digits of exp(level); levels stay within +-60. */
static struct decimal price_of(double level)
{
	int32_t exponent = -11;
	double value;

	if (!(level > -60.0))
		level = -60.0;
	value = elementary_exp(level < 60.0 ? level : 60.0);
	for (; value >= 10.0; exponent++)
		value /= 10.0;
	for (; value < 1.0; exponent--)
		value *= 10.0;
	return (struct decimal){ (int64_t)(value * 1e11 + 0.5), exponent };
}

static struct bar bar_of(const struct candle *c, const struct traits *t,
			 uint32_t hour)
{
	struct decimal close = price_of(c->close);
	int64_t time_s = START_S + (int64_t)hour * HOUR_S;

	if (t->closes_only)
		return (struct bar){ time_s, close, close, close, close };
	return (struct bar){ time_s, price_of(c->open), price_of(c->high),
			     price_of(c->low), close };
}

void generator_bars(struct bar *out, const struct rng_key *key, uint32_t market,
		    uint32_t count)
{
	struct market m;

	memset(&m, 0, sizeof(m));
	m.key = *key;
	m.number = market;
	draw_traits(&m);
	for (uint32_t hour = 0; hour < count; hour++) {
		struct candle c;

		move_parts(&m, hour);
		c = walk(&m, hour);
		out[hour] = bar_of(&c, &m.traits, hour);
	}
}
