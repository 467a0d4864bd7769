/* paths_walk.c -- four pairs of twins from today to the horizon, one pair a
 * lane; see paths.h for what is drawn.  Prices stay logarithms until they are
 * stored, and what no output asks for is not drawn. */
#include <math.h>

#include "models/paths_internal.h"

#define STREAM_NORMAL 0u
#define STREAM_SCALE 0x100u
#define STREAM_BRIDGE 0x200u

typedef lanes twin_lanes[2][PATHS_ASSETS_MAX];

struct walk {
	const struct generation *g;
	uint32_t pair;
	twin_lanes level;     /* log price over today's */
	twin_lanes lowest;    /* within steps */
	twin_lanes low, high; /* at ends of steps */
	twin_lanes variance;  /* h of the bar */
	lanes total[PATHS_ASSETS_MAX]; /* of all z~ */
	lanes spare;	      /* the normal of the next bar's scale */
};

struct bar_draws {
	uint32_t bar, first, steps;
	double root, inverse; /* of the number of steps */
	lanes scale;
	twin_lanes spread; /* of a step's z~ in its move */
	twin_lanes offset; /* the rest of each step's move */
	lanes sums[PATHS_ASSETS_MAX];
	lanes draws[PATHS_BAR_STEPS_MAX * PATHS_ASSETS_MAX]; /* [step][asset] */
};

LANES_INLINE lanes smaller(lanes a, lanes b)
{
	return lanes_select((lanes_bits)(a < b), a, b);
}

LANES_INLINE lanes larger(lanes a, lanes b)
{
	return lanes_select((lanes_bits)(a > b), a, b);
}

/* A step's correlated normals. */
LANES_INLINE void draw_step(struct bar_draws *bar, const struct walk *w,
			    uint32_t step)
{
	const struct generation *g = w->g;
	size_t assets = g->design->asset_count;
	lanes *out = bar->draws + (size_t)step * assets;
	double z[PATHS_ASSETS_MAX * LANES];
	struct rng_counter counter = { w->pair, bar->first + step,
				       STREAM_NORMAL };

	rng_normals_lanes(z, &g->key, &counter, (assets + 1) / 2);
	for (size_t a = 0; a < assets; a++) {
		lanes sum = g->rows[a][0] * lanes_load(z);

		for (size_t k = 1; k <= a; k++)
			sum += g->rows[a][k] * lanes_load(z + k * LANES);
		out[a] = sum;
		bar->sums[a] += sum;
	}
}

/* One normal a bar; a draw makes those of two bars. */
LANES_INLINE lanes draw_scale(struct walk *w, uint32_t bar)
{
	struct rng_counter counter = { w->pair, bar / 2, STREAM_SCALE };
	double z[2 * LANES];

	if (!w->g->design->degrees)
		return lanes_all(1.0);
	if (bar % 2)
		return scale_of(&w->g->scale, w->spare);
	rng_normals_lanes(z, &w->g->key, &counter, 1);
	w->spare = lanes_load(z + LANES);
	return scale_of(&w->g->scale, lanes_load(z));
}

LANES_INLINE lanes residual_of(const struct path_margin *margin, lanes x)
{
	const lanes whole = lanes_all(0x1p52);
	const lanes last = lanes_all(PATH_MARGIN_CELLS - 1);
	lanes at = (x / lanes_sqrt(1.0 + x * x) + 1.0) *
		   (PATH_MARGIN_CELLS / 2.0);
	/* rounded down, by rounding what is a half less */
	lanes cell = larger(smaller(at - 0.5, last), lanes_all(0.0)) + whole;
	lanes_bits index = (lanes_bits)cell ^ (lanes_bits)whole;
	const double *at0 = margin->value + index[0];
	const double *at1 = margin->value + index[1];
	const double *at2 = margin->value + index[2];
	const double *at3 = margin->value + index[3];
	lanes left = { at0[0], at1[0], at2[0], at3[0] };
	lanes right = { at0[1], at1[1], at2[1], at3[1] };

	return left + (at - (cell - whole)) * (right - left);
}

LANES_INLINE lanes next_variance(const struct path_filter *filter, lanes h,
				 lanes residual)
{
	lanes weight = lanes_select((lanes_bits)(residual < 0.0),
				    lanes_all(filter->alpha + filter->gamma),
				    lanes_all(filter->alpha));
	lanes next = filter->omega + weight * (residual * residual * h) +
		     filter->beta * h;

	return smaller(next, lanes_all(PATHS_VARIANCE_MAX));
}

/* Of one twin's asset in a bar: spread and offset of its steps, and the
 * variance of its next bar. */
LANES_INLINE void frame_asset(struct bar_draws *bar, struct walk *w,
			      size_t twin, size_t asset)
{
	const struct generation *g = w->g;
	const struct path_design *d = g->design;
	const lanes odd = { 0.0, 1.0, 0.0, 1.0 };
	lanes shift = odd * g->shift[asset], h = w->variance[twin][asset];
	lanes sum = twin ? -bar->sums[asset] : bar->sums[asset];
	lanes unit = lanes_all(g->deviation[asset]), x, residual;

	if (d->filters)
		unit *= lanes_sqrt(h);
	bar->spread[twin][asset] = unit * bar->scale;
	bar->offset[twin][asset] =
		bar->spread[twin][asset] * shift - 0.5 * unit * unit;
	if (!d->filters && !d->margins)
		return;
	residual = x = bar->scale *
			(sum * bar->inverse + bar->root * shift);
	if (d->margins) {
		residual = residual_of(&d->margins[asset], x);
		bar->offset[twin][asset] +=
			unit * ((residual - x) * bar->inverse);
	}
	if (d->filters)
		w->variance[twin][asset] =
			next_variance(&d->filters[asset], h, residual);
}

LANES_INLINE void draw_bar(struct bar_draws *bar, struct walk *w)
{
	size_t assets = w->g->design->asset_count;

	for (size_t a = 0; a < assets; a++)
		bar->sums[a] = lanes_all(0.0);
	for (uint32_t k = 0; k < bar->steps; k++)
		draw_step(bar, w, k);
	bar->scale = draw_scale(w, bar->bar);
	bar->root = sqrt((double)bar->steps);
	bar->inverse = 1.0 / bar->root;
	for (size_t a = 0; a < assets; a++) {
		frame_asset(bar, w, 0, a);
		frame_asset(bar, w, 1, a);
		w->total[a] += bar->sums[a];
	}
}

LANES_INLINE void jump(struct walk *w, uint32_t step)
{
	const struct path_stress *s = w->g->design->stress;

	if (!s || !s->jump || s->jump_step != step)
		return;
	for (size_t a = 0; a < w->g->design->asset_count; a++) {
		w->level[0][a] += s->jump[a];
		w->level[1][a] += s->jump[a];
	}
}

/* The lowest log price of a step that ended at w->level: that of a bridge,
 * (from + to - sqrt(gap^2 - 2 variance log u)) / 2.  One draw has the uniforms
 * of both twins. */
LANES_INLINE void lower(struct walk *w, const struct bar_draws *bar,
			uint32_t step, twin_lanes before)
{
	struct rng_counter counter = { w->pair, bar->first + step,
				       STREAM_BRIDGE };
	size_t assets = w->g->design->asset_count;
	double u[2 * PATHS_ASSETS_MAX * LANES];

	rng_uniforms_lanes(u, &w->g->key, &counter, assets);
	for (size_t i = 0; i < 2 * assets; i++) {
		size_t twin = i % 2, a = i / 2;
		lanes from = before[twin][a], to = w->level[twin][a];
		lanes gap = to - from, spread = bar->spread[twin][a];
		lanes depth = gap * gap - 2.0 * (spread * spread) *
						  lanes_log(lanes_load(
							  u + i * LANES));

		w->lowest[twin][a] =
			smaller(0.5 * (from + to - lanes_sqrt(depth)),
				w->lowest[twin][a]);
	}
}

LANES_INLINE void advance(struct walk *w, const struct bar_draws *bar,
			  uint32_t step)
{
	size_t assets = w->g->design->asset_count;
	const lanes *draws = bar->draws + (size_t)step * assets;
	bool low = w->g->out->low, high = w->g->out->high;

	for (size_t a = 0; a < assets; a++) {
		lanes up = w->level[0][a] + (bar->offset[0][a] +
					     bar->spread[0][a] * draws[a]);
		lanes down = w->level[1][a] + (bar->offset[1][a] -
					       bar->spread[1][a] * draws[a]);

		w->level[0][a] = up;
		w->level[1][a] = down;
		if (low) {
			w->low[0][a] = smaller(up, w->low[0][a]);
			w->low[1][a] = smaller(down, w->low[1][a]);
		}
		if (high) {
			w->high[0][a] = larger(up, w->high[0][a]);
			w->high[1][a] = larger(down, w->high[1][a]);
		}
	}
}

/* exp of logs[twin][asset] at out[path][stride] of the pairs there are. */
LANES_INLINE void store(double *out, size_t stride, const struct walk *w,
			twin_lanes logs)
{
	const struct path_design *d = w->g->design;
	size_t pairs = d->path_count / 2 - w->pair;
	size_t live = pairs < LANES ? pairs : LANES;

	for (size_t a = 0; a < d->asset_count; a++)
		for (size_t twin = 0; twin < 2; twin++) {
			lanes ratio = lanes_exp(logs[twin][a]);

			for (size_t k = 0; k < live; k++)
				out[(2 * k + twin) * stride + a] = ratio[k];
		}
}

LANES_INLINE void store_step(struct walk *w, size_t step)
{
	const struct path_design *d = w->g->design;
	size_t kept = d->terminal_only ? 1 : d->step_count;
	size_t at = d->terminal_only ? 0 : step;

	if (w->g->out->ratios && (!d->terminal_only || step + 1 == d->step_count))
		store(w->g->out->ratios +
			      (2 * (size_t)w->pair * kept + at) *
				      d->asset_count,
		      kept * d->asset_count, w, w->level);
}

LANES_INLINE void walk_bar(struct walk *w, const struct bar_draws *bar)
{
	const struct generation *g = w->g;
	twin_lanes before;

	for (uint32_t k = 0; k < bar->steps; k++) {
		uint32_t step = bar->first + k;
		bool bridged = g->out->minimum &&
			       step < g->design->minimum_steps;

		jump(w, step);
		if (bridged)
			memcpy(before, w->level, sizeof(before));
		advance(w, bar, k);
		if (bridged)
			lower(w, bar, k, before);
		store_step(w, step);
	}
}

/* The market's normal over the horizon, and what a path weighs for it. */
LANES_INLINE void store_market(const struct walk *w, size_t twin)
{
	const struct path_output *out = w->g->out;
	const struct path_design *d = w->g->design;
	const lanes odd = { 0.0, 1.0, 0.0, 1.0 };
	double root = sqrt((double)d->step_count), share = w->g->odd_share;
	lanes market = lanes_all(0.0), ratio, weight;

	for (size_t a = 0; a < d->asset_count; a++)
		market += w->g->market[a] * w->total[a];
	market = (twin ? -market : market) / root - d->tilt * odd;
	ratio = lanes_exp(-d->tilt * market - 0.5 * d->tilt * d->tilt);
	weight = 1.0 / ((1.0 - share) + share * ratio);
	for (size_t k = 0; k < LANES; k++) {
		size_t path = 2 * ((size_t)w->pair + k) + twin;

		if (path < d->path_count && out->factors)
			out->factors[path] = market[k];
		if (path < d->path_count && out->weights)
			out->weights[path] = weight[k];
	}
}

LANES_INLINE void store_extremes(struct walk *w)
{
	const struct path_output *out = w->g->out;
	size_t assets = w->g->design->asset_count;
	size_t at = 2 * (size_t)w->pair * assets;

	if (out->minimum)
		store(out->minimum + at, assets, w, w->lowest);
	if (out->low)
		store(out->low + at, assets, w, w->low);
	if (out->high)
		store(out->high + at, assets, w, w->high);
}

LANES_INLINE void begin(struct walk *w, const struct generation *g,
			uint32_t pair)
{
	const struct path_filter *filters = g->design->filters;

	memset(w, 0, sizeof(*w)); /* every logarithm starts at today's */
	w->g = g;
	w->pair = pair;
	for (size_t a = 0; a < g->design->asset_count; a++) {
		lanes start = lanes_all(filters ? filters[a].start : 1.0);

		w->variance[0][a] = start;
		w->variance[1][a] = start;
	}
}

LANES_CLONES void paths_walk(const struct generation *g, uint32_t pair)
{
	size_t count = g->design->step_count;
	struct bar_draws bar;
	struct walk w;

	begin(&w, g, pair);
	bar.bar = 0;
	for (size_t step = 0; step < count; step += g->bar_steps) {
		size_t left = count - step;

		bar.first = (uint32_t)step;
		bar.steps = (uint32_t)(left < g->bar_steps ? left
							   : g->bar_steps);
		draw_bar(&bar, &w);
		walk_bar(&w, &bar);
		bar.bar++;
	}
	if (g->out->weights || g->out->factors) {
		store_market(&w, 0);
		store_market(&w, 1);
	}
	store_extremes(&w);
}
