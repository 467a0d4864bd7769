/* words.h -- lines of numbers and words, as the drivers of this folder read
 * and print them.  One line at a time, not thread-safe, never in the product:
 * a wrong word ends the program with status 2. */
#ifndef TESTS_CHAIN_WORDS_H
#define TESTS_CHAIN_WORDS_H

#include "base/bytes.h"

/** words_line - the next line of standard input, ready to be read word by
 *  word; false at its end.  `program` is named in complaints. */
bool words_line(const char *program);

/** words_die - says why on stderr and ends the program. */
_Noreturn void words_die(const char *why);

/** words_next - the next word of the line. */
char *words_next(void);

/** words_end - nothing may follow on the line. */
void words_end(void);

/** words_number - an unsigned decimal; *wide: it needs more than 128 bits,
 *  which without `wide` ends the program. */
u128 words_number(bool *wide);

/** words_number64 - the same of 64 bits. */
uint64_t words_number64(void);

/** words_print - a blank and a number in decimal. */
void words_print(u128 value);

#endif
