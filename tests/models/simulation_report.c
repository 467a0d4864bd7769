/* simulation_report.c -- the twelve models on simulated returns: bias of the
 * estimates and coverage of their intervals.
 *
 * R series (environment SIMULATIONS, default 1000) of 10,000 returns
 * (SIMULATION_RETURNS) from the parameters of interior(); an argument FAMILY is that one alone.
 * Marks: |mean error| <= 0.1 standard deviations of the estimate; 95 %
 * intervals from the Hessian hold the truth in 92 to 98 % of the series.
 * Intervals are made where the estimate is nearer to normal, by the delta
 * method: log of omega, alpha, nu - 2 and delta, logit of beta; mu, gamma,
 * lambda and EGARCH's omega, alpha, beta as they are.
 *
 * With 1,000 series a mean error is only known to +-0.06, much of the mark.
 * The scores at the truth have mean 0 and move the estimates, so they serve as
 * control variates: the bias judged is the mean error at a mean score of 0, +-
 * 1.96 of its simulation errors; the plain mean error stands before it.  That
 * the scores have mean 0 is a mark of its own, 4 standard errors.  "placed" is
 * the same bias on the scale of the interval, for information. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/threads.h"
#include "tests/models/garch_words.h"
#include "tests/models/regression.h"
#include "tests/support/garch_series.h"

#define SERIES_MAX 10000u
#define BIAS_MARK 0.1
#define COVER_LOW 0.92
#define COVER_HIGH 0.98
#define SCORE_MARK 4.0

struct study {
	struct garch_model model;
	double truth[GARCH_SLOTS];
	size_t count, returns; /* series, and returns of each */
	struct garch_fit *fits; /* [count] */
	struct garch_point *truths; /* [count] the scores at the truth */
};

static void run_one(void *context, size_t i)
{
	struct study *study = context;
	struct garch_request request = { study->model, NULL, true };
	size_t n = study->returns, bytes = (n * 168 + 8192 + 63) / 64 * 64;
	double *returns = malloc(n * sizeof(*returns));
	void *block = aligned_alloc(64, bytes);
	uint64_t kind = (uint64_t)study->model.family * GARCH_DISTRIBUTIONS +
			(uint64_t)study->model.distribution;
	struct garch_data data;
	struct arena arena;

	if (!returns || !block)
		abort();
	arena_init(&arena, block, bytes);
	garch_simulate(returns, n, &study->model, study->truth,
		       1 + kind * SERIES_MAX + i);
	if (garch_fit_series(&study->fits[i], &request, returns, n, &arena) ||
	    garch_prepare(&data, &study->model, returns, n, &arena))
		abort();
	garch_evaluate(&study->truths[i], &data, study->truth);
	free(block);
	free(returns);
}

/* Where an interval is made: the place of x there, and d place / d x. */
struct scale {
	double place, slope;
};

static struct scale scale_of(enum garch_family family, enum garch_slot slot,
			     double x)
{
	bool plain = family == GARCH_EXPONENTIAL &&
		     (slot == GARCH_OMEGA || slot == GARCH_ALPHA ||
		      slot == GARCH_BETA);

	if (plain || slot == GARCH_MU || slot == GARCH_GAMMA ||
	    slot == GARCH_LAMBDA)
		return (struct scale){ x, 1.0 };
	if (slot == GARCH_BETA)
		return (struct scale){ log(x / (1.0 - x)),
				       1.0 / (x * (1.0 - x)) };
	if (slot == GARCH_NU)
		x -= 2.0;
	return (struct scale){ log(x), 1.0 / x };
}

struct verdict {
	double raw, bias, margin; /* in deviations */
	double placed; /* bias on the scale of the interval, in its own */
	double cover, skewness, score; /* the last in its standard errors */
};

static bool covers(const struct study *study, const struct garch_fit *fit,
		   enum garch_slot slot)
{
	enum garch_family family = study->model.family;
	struct scale at = scale_of(family, slot, fit->at[slot]);
	struct scale truth = scale_of(family, slot, study->truth[slot]);

	return fabs(at.place - truth.place) <=
	       1.959964 * fit->se_hessian[slot] * at.slope;
}

/* Scores at the truth as controls, and one of them in standard errors. */
static double controls_of(double *controls, const struct study *study,
			  enum garch_slot wanted)
{
	double mean = 0.0, squares = 0.0, n = (double)study->count;
	size_t column = 0;

	for (int slot = 0; slot < GARCH_SLOTS; slot++) {
		if (!garch_has(&study->model, (enum garch_slot)slot))
			continue;
		for (size_t i = 0; i < study->count; i++)
			controls[column * study->count + i] =
				study->truths[i].gradient[slot];
		column++;
	}
	for (size_t i = 0; i < study->count; i++) {
		double score = study->truths[i].gradient[wanted];

		mean += score / n;
		squares += score * score / n;
	}
	return mean / sqrt(squares / n);
}

static double error_of(const struct study *study, size_t i,
		       enum garch_slot slot, bool placed)
{
	double at = study->fits[i].at[slot], truth = study->truth[slot];

	if (!placed)
		return at - truth;
	return scale_of(study->model.family, slot, at).place -
	       scale_of(study->model.family, slot, truth).place;
}

/* raw, bias, margin, skewness and score of the parameter, on either scale. */
static void judge_errors(struct verdict *out, const struct study *study,
			 enum garch_slot slot, bool placed)
{
	double *errors = malloc(study->count * sizeof(*errors));
	double *controls = malloc(study->count * sizeof(*controls) *
				  GARCH_SLOTS);
	double mean = 0.0, squares = 0.0, cubes = 0.0, deviation;
	double n = (double)study->count;
	struct intercept sharp;

	if (!errors || !controls)
		abort();
	for (size_t i = 0; i < study->count; i++) {
		errors[i] = error_of(study, i, slot, placed);
		mean += errors[i] / n;
	}
	for (size_t i = 0; i < study->count; i++) {
		double e = errors[i] - mean;

		squares += e * e / n;
		cubes += e * e * e / n;
	}
	deviation = sqrt(squares);
	out->score = controls_of(controls, study, slot);
	sharp = regression_intercept(errors, controls,
				     garch_count(&study->model), study->count);
	out->raw = mean / deviation;
	out->bias = sharp.value / deviation;
	out->margin = 1.96 * sharp.error / deviation;
	out->skewness = cubes / (squares * deviation);
	free(controls);
	free(errors);
}

static void judge(struct verdict *out, const struct study *study,
		  enum garch_slot slot)
{
	size_t held = 0;

	judge_errors(out, study, slot, true);
	out->placed = out->bias;
	judge_errors(out, study, slot, false);
	for (size_t i = 0; i < study->count; i++)
		held += covers(study, &study->fits[i], slot);
	out->cover = (double)held / (double)study->count;
}

static bool print_parameter(const struct study *study, enum garch_slot slot)
{
	bool unbiased, covered, scored;
	struct verdict v;

	judge(&v, study, slot);
	unbiased = fabs(v.bias) <= BIAS_MARK;
	covered = v.cover >= COVER_LOW && v.cover <= COVER_HIGH;
	scored = fabs(v.score) <= SCORE_MARK;
	printf("%-6s %-7s %-6s %7.4f %+6.3f %+6.3f +-%.3f %+6.3f %6.1f %+6.2f "
	       "%+5.1f%s%s%s\n",
	       garch_family_word(study->model.family),
	       garch_law_word(study->model.distribution), garch_name(slot),
	       study->truth[slot], v.raw, v.bias, v.margin, v.placed,
	       100.0 * v.cover, v.skewness, v.score, unbiased ? "" : "  BIAS",
	       covered ? "" : "  COVERAGE", scored ? "" : "  SCORE");
	return unbiased && covered && scored;
}

/* Well inside the region: where persistence is near 1, or tails are near
 * normal, the estimator's own second-order bias is more than the mark. */
static void interior(double at[GARCH_SLOTS], const struct garch_model *model)
{
	static const double of[GARCH_FAMILIES][GARCH_SLOTS] = {
		{ 0.02, 0.13, 0.12, 0.0, 0.75 },
		{ 0.02, 0.13, 0.06, 0.12, 0.75 },
		{ 0.02, 0.01, 0.25, -0.08, 0.85 },
		{ 0.02, 0.13, 0.12, 0.3, 0.75, 1.5 },
	};

	memcpy(at, of[model->family], GARCH_SLOTS * sizeof(*at));
	if (model->distribution != GARCH_NORMAL)
		at[GARCH_NU] = 4.5;
	if (model->distribution == GARCH_SKEWED)
		at[GARCH_LAMBDA] = -0.15;
}

static void run_study(struct study *study, const struct parallel *threads)
{
	size_t count = study->count, without = 0, open = 0;

	interior(study->truth, &study->model);
	study->fits = calloc(count, sizeof(*study->fits));
	study->truths = calloc(count, sizeof(*study->truths));
	if (!study->fits || !study->truths)
		abort();
	parallel_run(threads, run_one, study, count);
	for (size_t i = 0; i < count; i++) {
		without += !study->fits[i].has_errors;
		open += !study->fits[i].converged;
	}
	if (without || open)
		printf("%s %s: %zu fits without errors, %zu not converged\n",
		       garch_family_word(study->model.family),
		       garch_law_word(study->model.distribution), without,
		       open);
}

static size_t number_of(const char *variable, size_t usual)
{
	const char *text = getenv(variable);

	return text ? strtoul(text, NULL, 10) : usual;
}

/* Parameters that miss a mark, of how many. */
static size_t report_model(size_t *parameters, struct study *study,
			   const struct parallel *threads)
{
	size_t failed = 0;

	run_study(study, threads);
	for (int slot = 0; slot < GARCH_SLOTS; slot++) {
		if (!garch_has(&study->model, (enum garch_slot)slot))
			continue;
		++*parameters;
		failed += !print_parameter(study, (enum garch_slot)slot);
	}
	free(study->truths);
	free(study->fits);
	fflush(stdout);
	return failed;
}

int main(int argc, char **argv)
{
	size_t series = number_of("SIMULATIONS", 1000);
	size_t returns = number_of("SIMULATION_RETURNS", 10000);
	struct parallel threads = threads_parallel(0);
	size_t all = 0, failed = 0;

	if (series < 8 || series > SERIES_MAX || returns < 1000 ||
	    returns > 1000000) {
		fputs("simulation_report: SIMULATIONS is 8 to 10000, "
		      "SIMULATION_RETURNS 1000 to 1000000\n", stderr);
		return 2;
	}
	printf("%zu series a model of %zu returns; in deviations of the "
	       "estimate: mean error, bias\n", series, returns);
	printf("%-6s %-7s %-6s %7s %6s %6s %7s %6s %6s %6s %5s\n", "family",
	       "law", "", "truth", "error", "bias", "", "placed", "cover",
	       "skew", "score");
	for (int kind = 0; kind < GARCH_FAMILIES * GARCH_DISTRIBUTIONS; kind++) {
		int family = kind / GARCH_DISTRIBUTIONS;
		struct study study = {
			.model = { (enum garch_family)family,
				   (enum garch_distribution)(
					   kind % GARCH_DISTRIBUTIONS),
				   GARCH_START_FCP, true },
			.count = series, .returns = returns };

		if (argc > 1 && strcmp(argv[1], garch_family_word(
						      study.model.family)))
			continue;
		failed += report_model(&all, &study, &threads);
	}
	puts("BIAS: of second order, it falls as 1 / sqrt(returns) (omega of "
	     "garch-normal 0.22, 0.14, 0.09 and nu of garch-t\n0.19, 0.09, "
	     "0.05 with 2,500, 10,000 and 40,000 returns); placed: the bias on "
	     "the scale of the interval.\nCOVERAGE is known to 1.4 points with "
	     "1,000 series.");
	printf("simulation: %zu passed, %zu failed\n", all - failed, failed);
	return failed > 0;
}
