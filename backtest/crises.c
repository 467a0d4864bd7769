/* crises.c -- see crises.h. */
#include "backtest/crises.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"

const struct crisis_window crisis_windows[] = {
	{ "2020-03-crash", "March 2020 crash", "2020-03-12", "2020-03-15", "*",
	  "ETH and BTC fell by half within a day; gas was so dear that "
	  "liquidations came late.",
	  "Lower LTV before, as volatility rose; no loosening for days; keep "
	  "LT, so that no cut adds to the sales." },
	{ "2021-05-crash", "19 May 2021", "2021-05-19", "2021-05-25", "*",
	  "A fall of 30 to 45 % within hours, with the largest liquidations "
	  "until then; most went through.",
	  "Lower LTV and caps with the volatility of the week before; hold "
	  "through the day." },
	{ "2022-05-luna", "LUNA and UST", "2022-05-07", "2022-05-15",
	  "LUNA UST USTC",
	  "UST lost its peg and LUNA went to nothing; a feed stuck at its "
	  "lower bound of 0.107 while the market was at 0.01.",
	  "LTV and caps to nothing at the first hours below the peg; freeze "
	  "where the oracle's answer is at its bound." },
	{ "2022-06-steth", "stETH off its ratio", "2022-06-08", "2022-06-21",
	  "STETH ETH",
	  "stETH fell to about 0.94 ETH while loops of stETH against ETH were "
	  "closed at a loss.",
	  "Cut the borrow side and LTV of loops; leave LT, which would have "
	  "liquidated the loops at once." },
	{ "2022-11-ftx", "FTX", "2022-11-06", "2022-11-15", "*",
	  "An exchange failed: a fall of a quarter within two days, and thin "
	  "books for weeks after.",
	  "Lower LTV and caps as depth goes; loosen late." },
	{ "2022-11-crv", "CRV short on Aave", "2022-11-20", "2022-11-24", "CRV",
	  "92 million CRV were borrowed against USDC and sold; the squeeze left "
	  "1.6 million USD of bad debt.",
	  "A borrow cap by what can be bought back within the horizon: the "
	  "position would never have been that large." },
	{ "2023-03-usdc", "USDC below its peg", "2023-03-10", "2023-03-15",
	  "USDC DAI FRAX",
	  "USDC fell to 0.87 over a weekend; a liquidation bonus of 1 % was too "
	  "small, and oracles disagreed.",
	  "LTV of the coin to nothing, raise its bonus; no loosening on "
	  "disagreement." },
	{ "2023-08-crv", "CRV after the Curve exploit", "2023-07-30",
	  "2023-08-08", "CRV",
	  "A founder's loans of some 100 million USD stood on CRV whose book "
	  "could not have taken them.",
	  "Supply cap by capacity long before; step LT down as far as "
	  "liquidates nobody." },
	{ "2024-08-crash", "5 August 2024", "2024-08-04", "2024-08-08", "*",
	  "ETH fell by a fifth within hours as carry trades were closed; 260 "
	  "million USD were liquidated on Aave, without bad debt.",
	  "Let the parameters stand that volatility had set; hold." },
	{ "2025-10-crash", "10 October 2025", "2025-10-10", "2025-10-13",
	  "* USDE",
	  "The largest liquidation of derivatives so far; USDe at 0.65 on one "
	  "venue and within 0.3 % of its peg elsewhere.",
	  "The median of venues holds: no cut for one venue's price; no "
	  "loosening while venues disagree." },
};
const size_t crisis_windows_count = sizeof(crisis_windows) / sizeof(crisis_windows[0]);

static int64_t seconds_of(const char *day)
{
	int64_t seconds = 0;
	enum status status = time_parse(&seconds, bytes_of_string(day));

	assert(status == OK); /* days of the table are days */
	(void)status;
	return seconds;
}

int64_t crisis_from(const struct crisis_window *crisis)
{
	return seconds_of(crisis->from);
}

int64_t crisis_to(const struct crisis_window *crisis)
{
	return seconds_of(crisis->to);
}

static const char *bare_symbol(const char *symbol)
{
	static const char *const wrapped[][2] = {
		{ "WETH", "ETH" }, { "WBTC", "BTC" }, { "CBBTC", "BTC" },
		{ "WSTETH", "STETH" },
	};

	for (size_t i = 0; i < sizeof(wrapped) / sizeof(wrapped[0]); i++)
		if (strcasecmp(symbol, wrapped[i][0]) == 0)
			return wrapped[i][1];
	return symbol;
}

bool crisis_concerns(const struct crisis_window *crisis, const char *symbol,
		     bool stable)
{
	const char *bare = bare_symbol(symbol), *at = crisis->symbols;
	size_t size = strlen(bare);

	while (*at) {
		size_t word = strcspn(at, " ");

		if (word == size && strncasecmp(at, bare, size) == 0)
			return true;
		if (word == 1 && *at == '*' && !stable)
			return true;
		at += word + (at[word] == ' ');
	}
	return false;
}
