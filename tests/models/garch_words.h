/* garch_words.h -- names of families, laws and start rules on the command lines
 * of the reports, and the persistence and region of garch.h, written out on
 * their own.  Test code. */
#ifndef TESTS_MODELS_GARCH_WORDS_H
#define TESTS_MODELS_GARCH_WORDS_H

#include "models/volatility/garch.h"

/** garch_model_of - 0, or -1 where a word is unknown: garch gjr egarch aparch;
 *  normal t skewed; fcp backcast. */
int garch_model_of(struct garch_model *out, const char *family,
		   const char *law, const char *start);
const char *garch_family_word(enum garch_family family);
const char *garch_law_word(enum garch_distribution law);

/** garch_persistence - what the region keeps <= GARCH_PERSISTENCE_MAX. */
double garch_persistence(const struct garch_model *model, const double *at);
/** garch_inside - whether the parameters are in the region of garch.h, v being
 *  the variance of the returns. */
bool garch_inside(const struct garch_model *model, const double *at, double v);

#endif
