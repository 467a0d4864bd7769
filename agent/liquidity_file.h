/* liquidity_file.h -- liquidity curves from a CSV of quotes.  Host only.
 *
 * Header: symbol,size_usd,impact_bps; rows of a symbol ascend in size. */
#ifndef AGENT_LIQUIDITY_FILE_H
#define AGENT_LIQUIDITY_FILE_H

#include "base/host/error.h"
#include "case/case.h"

struct named_curve {
	char symbol[SYMBOL_MAX];
	struct liquidity_curve curve; /* reserve and time are the caller's */
};

struct liquidity_file {
	size_t count;
	struct named_curve curves[ASSETS_MAX];
};

/** liquidity_file_read - E_MISSING no file; E_MALFORMED names line and cell. */
MUST_CHECK enum status liquidity_file_read(struct liquidity_file *out,
					   const char *path,
					   struct error *error);

#endif
