/* fit_tail.c -- see fit_tail.h. */
#include "agent/fit_tail.h"

#include <math.h>
#include <stdio.h>

#include "agent/json_writer.h"
#include "models/elementary.h"
#include "models/tails/depeg.h"
#include "models/tails/generalised_pareto.h"
#include "models/tails/jumps.h"
#include "models/volatility/ewma.h"

#define BYTES_EACH 96u
#define JUMP_DEVIATIONS 4.0
#define WARM_UP 20

static enum status explain(enum status status, const struct fit_input *input,
			   size_t least, struct error *error)
{
	if (status == E_INPUT && input->n < least)
		return error_set(error, E_MISSING, "%zu returns; at least %zu "
				 "are needed", input->n, least);
	if (status == E_INPUT)
		return error_set(error, E_MALFORMED, "the returns are constant, "
				 "mostly equal, or not finite");
	return error_set(error, status, "the model could not be fitted");
}

/* The JSON object under way and its text. */
struct sheet {
	struct text text;
	struct json_writer w;
};

static void open_sheet(struct sheet *s, const char *model, size_t n)
{
	s->text = (struct text){ 0 };
	json_writer_init(&s->w, &s->text);
	json_open_object(&s->w, NULL);
	json_put_string(&s->w, "model", model);
	json_put_integer(&s->w, "n", (int64_t)n);
}

static void close_sheet(struct sheet *s)
{
	json_close_object(&s->w);
	puts(s->text.data);
	text_free(&s->text);
}

static void put_pareto(struct json_writer *w, const char *key,
		       const struct pareto_fit *fit)
{
	json_open_object(w, key);
	json_put_double(w, "threshold", fit->threshold);
	json_put_double(w, "share", fit->tail_share);
	json_put_integer(w, "excesses", (int64_t)fit->excesses);
	json_put_double(w, "shape", fit->shape);
	json_put_double(w, "shapeLow", fit->shape_low);
	json_put_double(w, "shapeHigh", fit->shape_high);
	json_put_double(w, "scale", fit->scale);
	json_put_double(w, "loglik", fit->log_likelihood);
	json_put_double(w, "var99", pareto_quantile(fit, 0.01));
	json_put_double(w, "es99", pareto_shortfall(fit, 0.01));
	json_put_bool(w, "converged", fit->converged);
	json_close_object(w);
}

static void print_pareto(const char *side, const struct pareto_fit *f)
{
	printf("%-6s %zu beyond %.4g (%.1f %%): shape %.4f (95 %%: %.4f to "
	       "%.4f), scale %.4g; 99 %%: %.4g, mean beyond %.4g\n", side,
	       f->excesses, f->threshold, 100.0 * f->tail_share, f->shape,
	       f->shape_low, f->shape_high, f->scale, pareto_quantile(f, 0.01),
	       pareto_shortfall(f, 0.01));
}

enum status fit_pareto(const struct fit_input *input, bool json,
		       struct error *error)
{
	struct arena *arena = arena_new((input->n + 512) * BYTES_EACH);
	double *turned = memory_allocate(input->n + 1, sizeof(*turned));
	struct pareto_fit lower, upper;
	struct sheet s;
	enum status status;

	for (size_t t = 0; t < input->n; t++)
		turned[t] = -input->returns[t];
	status = pareto_fit_tail(&lower, turned, input->n, arena);
	if (!status)
		status = pareto_fit_tail(&upper, input->returns, input->n,
					 arena);
	memory_free(turned);
	arena_free(arena);
	if (status)
		return explain(status, input, 4 * PARETO_EXCESSES_MIN, error);
	if (!json) {
		print_pareto("falls", &lower);
		print_pareto("rises", &upper);
		return OK;
	}
	open_sheet(&s, "pareto", input->n);
	put_pareto(&s.w, "lower", &lower);
	put_pareto(&s.w, "upper", &upper);
	close_sheet(&s);
	return OK;
}

/* Returns over the deviations that an EWMA forecast; the warm-up left out. */
static size_t standardise(double *out, const struct fit_input *input,
			  double decay)
{
	double v = ewma_variance(input->returns, WARM_UP, decay);
	size_t n = 0;

	for (size_t t = WARM_UP; t < input->n; t++) {
		double r = input->returns[t];

		if (v > 0.0)
			out[n++] = r / sqrt(v);
		v = decay * v + (1.0 - decay) * r * r;
	}
	return n;
}

enum status fit_jumps(const struct fit_input *input, bool json,
		      struct error *error)
{
	double *z = memory_allocate(input->n + 1, sizeof(*z));
	struct jump_estimate j;
	struct ewma_fit ewma;
	struct sheet s;
	enum status status = ewma_fit_series(&ewma, input->returns, input->n);

	if (!status)
		status = jump_estimate(&j, z, standardise(z, input, ewma.decay),
				       JUMP_DEVIATIONS);
	memory_free(z);
	if (status)
		return explain(status, input, EWMA_OBSERVATIONS_MIN, error);
	if (!json) {
		printf("beyond %.0f deviations of an EWMA (decay %.3f): %zu "
		       "falls (mean %.2f), %zu rises (mean %.2f); %.6f a bar, "
		       "95 %%: %.6f to %.6f\n", JUMP_DEVIATIONS, ewma.decay,
		       j.down, j.mean_down, j.up, j.mean_up, j.intensity, j.low,
		       j.high);
		return OK;
	}
	open_sheet(&s, "jumps", input->n);
	json_put_double(&s.w, "threshold", JUMP_DEVIATIONS);
	json_put_integer(&s.w, "down", (int64_t)j.down);
	json_put_integer(&s.w, "up", (int64_t)j.up);
	json_put_double(&s.w, "intensity", j.intensity);
	json_put_double(&s.w, "low", j.low);
	json_put_double(&s.w, "high", j.high);
	json_put_double(&s.w, "meanDown", j.mean_down);
	json_put_double(&s.w, "meanUp", j.mean_up);
	close_sheet(&s);
	return OK;
}

static void print_depeg(const struct depeg_fit *f, double now,
			const struct depeg_forecast *day)
{
	printf("ratio: level %+.6f, pull %.5f a bar (half-life %.1f bars), "
	       "deviation %.6f a bar\n", f->level, f->pull, f->half_life,
	       f->deviation);
	printf("jumps: %zu, %.6f a bar, mean %+.5f, deviation %.5f; lowest "
	       "ratio %.5f\n", f->jumps, f->jump_intensity, f->jump_mean,
	       f->jump_deviation, elementary_exp(f->lowest));
	printf("24 bars on from %.6f: log ratio %+.6f, deviation %.6f, of which "
	       "jumps %.6f\n", elementary_exp(now), day->mean,
	       sqrt(day->variance), sqrt(day->jump_variance));
}

static void put_depeg(const struct depeg_fit *f,
		      const struct depeg_forecast *day)
{
	struct sheet s;

	open_sheet(&s, "depeg", f->n);
	json_put_double(&s.w, "level", f->level);
	json_put_double(&s.w, "pull", f->pull);
	json_put_double(&s.w, "halfLife", f->half_life);
	json_put_double(&s.w, "deviation", f->deviation);
	json_put_integer(&s.w, "jumps", (int64_t)f->jumps);
	json_put_double(&s.w, "jumpIntensity", f->jump_intensity);
	json_put_double(&s.w, "jumpMean", f->jump_mean);
	json_put_double(&s.w, "jumpDeviation", f->jump_deviation);
	json_put_double(&s.w, "lowest", elementary_exp(f->lowest));
	json_put_double(&s.w, "mean24", day->mean);
	json_put_double(&s.w, "deviation24", sqrt(day->variance));
	json_put_double(&s.w, "jumpDeviation24", sqrt(day->jump_variance));
	close_sheet(&s);
}

enum status fit_depeg(const struct fit_input *input, bool json,
		      struct error *error)
{
	struct arena *arena = arena_new((input->n + 512) * BYTES_EACH);
	double *market = memory_allocate(input->n + 1, sizeof(*market));
	struct depeg_series series = { market, NULL, input->n + 1 };
	double level = input->log_first;
	struct depeg_fit fit;
	struct depeg_forecast day;
	enum status status;

	market[0] = elementary_exp(level);
	for (size_t t = 0; t < input->n; t++) {
		level += input->returns[t];
		market[t + 1] = elementary_exp(level);
	}
	status = depeg_fit_series(&fit, &series, arena);
	if (!status)
		status = depeg_forecast(&day, &fit, level, 24);
	memory_free(market);
	arena_free(arena);
	if (status)
		return explain(status, input, DEPEG_OBSERVATIONS_MIN, error);
	if (json)
		put_depeg(&fit, &day);
	else
		print_depeg(&fit, level, &day);
	return OK;
}
