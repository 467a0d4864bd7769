/* garch_words.c -- see garch_words.h. */
#include "tests/models/garch_words.h"

#include <math.h>
#include <string.h>

static const char *const families[] = { "garch", "gjr", "egarch", "aparch" };
static const char *const laws[] = { "normal", "t", "skewed" };
static const char *const starts[] = { "fcp", "backcast" };

static int find(const char *const *words, int count, const char *word)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

int garch_model_of(struct garch_model *out, const char *family,
		   const char *law, const char *start)
{
	int f = find(families, GARCH_FAMILIES, family);
	int d = find(laws, GARCH_DISTRIBUTIONS, law);
	int s = find(starts, 2, start);

	if (f < 0 || d < 0 || s < 0)
		return -1;
	*out = (struct garch_model){ (enum garch_family)f,
				     (enum garch_distribution)d,
				     (enum garch_start)s, true };
	return 0;
}

const char *garch_family_word(enum garch_family family)
{
	return families[family];
}

const char *garch_law_word(enum garch_distribution law)
{
	return laws[law];
}

/* E(|z| - gamma z)^delta of a normal z. */
static double moment(double gamma, double delta)
{
	return pow(2.0, 0.5 * (delta - 2.0)) *
	       exp(lgamma(0.5 * (delta + 1.0))) / sqrt(M_PI) *
	       (pow(1.0 - gamma, delta) + pow(1.0 + gamma, delta));
}

double garch_persistence(const struct garch_model *model, const double *at)
{
	switch (model->family) {
	case GARCH_PLAIN:
	case GARCH_GJR:
		return at[GARCH_ALPHA] + 0.5 * at[GARCH_GAMMA] +
		       at[GARCH_BETA];
	case GARCH_EXPONENTIAL:
		return fabs(at[GARCH_BETA]);
	case GARCH_POWER:
		break;
	}
	return at[GARCH_ALPHA] * moment(at[GARCH_GAMMA], at[GARCH_DELTA]) +
	       at[GARCH_BETA];
}

static bool within(double x, double low, double high)
{
	return x >= low && x <= high;
}

static bool inside_law(const struct garch_model *model, const double *at)
{
	if (garch_has(model, GARCH_NU) &&
	    !within(at[GARCH_NU], GARCH_NU_MIN, GARCH_NU_MAX))
		return false;
	return within(at[GARCH_LAMBDA], -GARCH_LAMBDA_MAX, GARCH_LAMBDA_MAX);
}

bool garch_inside(const struct garch_model *model, const double *at, double v)
{
	double alpha = at[GARCH_ALPHA], gamma = at[GARCH_GAMMA];
	double least = GARCH_FLOOR * v;

	if (!inside_law(model, at) ||
	    !(garch_persistence(model, at) <= GARCH_PERSISTENCE_MAX))
		return false;
	if (model->family == GARCH_EXPONENTIAL)
		return true;
	if (model->family == GARCH_POWER) {
		if (!within(gamma, -GARCH_GAMMA_MAX, GARCH_GAMMA_MAX) ||
		    !within(at[GARCH_DELTA], GARCH_DELTA_MIN, GARCH_DELTA_MAX))
			return false;
		least = GARCH_FLOOR * pow(v, 0.5 * at[GARCH_DELTA]);
		gamma = 0.0;
	}
	return at[GARCH_OMEGA] >= least && alpha >= 0.0 &&
	       alpha + gamma >= 0.0 && at[GARCH_BETA] >= 0.0;
}
