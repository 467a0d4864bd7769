/* pools.c -- see pools.h. */
#include "models/liquidity/pools.h"

#include <math.h>
#include <string.h>

#define NEWTON_STEPS 64
#define HALVINGS 64
#define SMALL 1e-7       /* of a pool: a sale that shows the marginal price */
#define FIRST_SHARE 1e-3 /* of the pools: the smallest sale of a curve */
#define HALF_LOST 0.5

bool pool_is_sane(const struct pool *pool)
{
	return pool->in > 0.0 && pool->in < 1e15 && pool->out > 0.0 &&
	       pool->out < 1e15 && pool->fee >= 0.0 && pool->fee < 1.0 &&
	       (pool->kind == POOL_CONSTANT_PRODUCT ||
		(pool->amplification >= 1.0 && pool->amplification <= 1e6));
}

/* D of A n^n S + D = A D n^n + D^(n + 1) / (n^n P), n = 2. */
static double invariant(const struct pool *p)
{
	double ann = 4.0 * p->amplification, sum = p->in + p->out, d = sum;

	for (int k = 0; k < NEWTON_STEPS; k++) {
		double product = d * d * d / (4.0 * p->in * p->out);

		d = (ann * sum + 2.0 * product) * d /
		    ((ann - 1.0) * d + 3.0 * product);
	}
	return d;
}

/* Balance of the other coin when the sold one's is x. */
static double other_balance(const struct pool *p, double x)
{
	double d = invariant(p), ann = 4.0 * p->amplification;
	double b = x + d / ann, c = d * d * d / (4.0 * x * ann), y = d;

	for (int k = 0; k < NEWTON_STEPS; k++)
		y = (y * y + c) / (2.0 * y + b - d);
	return y;
}

/* Without the fee. */
static double gross_output(const struct pool *p, double amount)
{
	double got;

	if (p->kind == POOL_CONSTANT_PRODUCT)
		return p->out * amount / (p->in + amount);
	got = p->out - other_balance(p, p->in + amount);
	return got > 0.0 ? got : 0.0;
}

double pool_output(const struct pool *pool, double amount)
{
	return amount > 0.0 ? gross_output(pool, amount) * (1.0 - pool->fee)
			    : 0.0;
}

/* Coins got a coin sold when `sold` were sold already. */
static double marginal(const struct pool *p, double sold)
{
	double step = (p->in + sold) * SMALL;

	if (p->kind == POOL_CONSTANT_PRODUCT)
		return p->in * p->out / ((p->in + sold) * (p->in + sold)) *
		       (1.0 - p->fee);
	return (gross_output(p, sold + step) - gross_output(p, sold)) / step *
	       (1.0 - p->fee);
}

double pool_impact(const struct pool *pool, double amount)
{
	return pools_impact(pool, 1, amount);
}

/* What a pool takes until its marginal price is down to `price`. */
static double taken(const struct pool *p, double price, double most)
{
	double low = 0.0, high = most;

	if (marginal(p, 0.0) <= price)
		return 0.0;
	for (int k = 0; k < HALVINGS; k++) {
		double middle = 0.5 * (low + high);

		if (marginal(p, middle) > price)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Splits a sale: all pools that take part end at one marginal price. */
static double routed_output(const struct pool *pools, size_t count,
			    double amount)
{
	double low = 0.0, high = 0.0, out = 0.0, left = amount;

	if (count == 1)
		return pool_output(pools, amount);
	for (size_t i = 0; i < count; i++)
		if (marginal(&pools[i], 0.0) > high)
			high = marginal(&pools[i], 0.0);
	for (int k = 0; k < HALVINGS; k++) {
		double price = 0.5 * (low + high), sum = 0.0;

		for (size_t i = 0; i < count; i++)
			sum += taken(&pools[i], price, amount);
		if (sum > amount)
			low = price;
		else
			high = price;
	}
	for (size_t i = 0; i < count; i++) {
		double part = taken(&pools[i], high, amount);

		part = part < left ? part : left;
		out += pool_output(&pools[i], part);
		left -= part;
	}
	return out + left * high; /* what halving could not place */
}

double pools_impact(const struct pool *pools, size_t count, double amount)
{
	double best = 0.0, impact;

	if (!(amount > 0.0))
		return 0.0;
	for (size_t i = 0; i < count; i++) {
		double price = marginal(&pools[i], 0.0) /
			       (1.0 - pools[i].fee);

		best = price > best ? price : best;
	}
	impact = 1.0 - routed_output(pools, count, amount) / (best * amount);
	return impact < 0.0 ? 0.0 : impact > 1.0 ? 1.0 : impact;
}

void pools_curve(struct liquidity_curve *out, const struct pool *pools,
		 size_t count, double price_usd)
{
	double amount = 0.0, impact = 0.0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		amount += pools[i].in * FIRST_SHARE;
	for (; out->count < CURVE_POINTS_MAX && impact < HALF_LOST;
	     amount *= 2.0) {
		double size = amount * price_usd;

		impact = pools_impact(pools, count, amount);
		if (size < 1.0 || size > 1e15)
			continue;
		out->points[out->count++] = (struct curve_point){
			(uint64_t)size, (uint32_t)(impact * 10000.0 + 0.9999) };
	}
}
