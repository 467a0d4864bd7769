/* cascade_prices.c -- see cascade.h: what the market pays and what the oracle
 * answers, step by step.  Knows nothing of accounts. */
#include "models/loss/cascade.h"

#include <string.h>

#include "models/volatility/lanes.h"

/* Does the oracle answer a price anew?  Age included. */
LANES_INLINE lanes_bits answers_anew(lanes price, lanes answer, lanes age_s,
				     const struct loss_oracle *oracle)
{
	lanes up = price - answer;
	lanes move = lanes_select((lanes_bits)(up > 0.0), up, -up);

	return (lanes_bits)(move > oracle->deviation * answer) |
	       (lanes_bits)(age_s >= oracle->heartbeat_s);
}

/* Lowest and highest of what was looked at. */
struct range {
	lanes least, most;
};

LANES_INLINE void see_lanes(struct cascade_prices *p, size_t k, lanes seen,
			    struct range *parted)
{
	lanes low = lanes_load(p->seen_low + k);
	lanes high = lanes_load(p->seen_high + k);
	lanes ratio = seen * lanes_load(p->base_inverse + k);

	lanes_store(p->seen_usd + k, seen);
	lanes_store(p->seen_low + k,
		    lanes_select((lanes_bits)(seen < low), seen, low));
	lanes_store(p->seen_high + k,
		    lanes_select((lanes_bits)(seen > high), seen, high));
	parted->least = lanes_select((lanes_bits)(ratio < parted->least), ratio,
				     parted->least);
	parted->most = lanes_select((lanes_bits)(ratio > parted->most), ratio,
				    parted->most);
}

LANES_INLINE void keep_parted(struct cascade_prices *p,
			      const struct range *parted)
{
	double least = parted->least[0], most = parted->most[0];

	for (size_t i = 1; i < LANES; i++) {
		least = parted->least[i] < least ? parted->least[i] : least;
		most = parted->most[i] > most ? parted->most[i] : most;
	}
	p->base_low = least;
	p->base_high = most;
}

/* Every oracle's answer to the market's price, step_s later; what is seen are
 * the answers themselves, or `delayed` ones. */
LANES_CLONES static void answer_all(struct cascade_prices *p,
				    const struct loss_oracle *oracle,
				    double step_s, const double *delayed)
{
	struct range parted = { lanes_all(1e300), lanes_all(0.0) };

	for (size_t k = 0; k < p->padded; k += LANES) {
		lanes price = lanes_load(p->market_usd + k);
		lanes answer = lanes_load(p->answer_usd + k);
		lanes age_s = lanes_load(p->answer_age_s + k) + step_s;
		lanes_bits anew = answers_anew(price, answer, age_s, oracle);

		answer = lanes_select(anew, price, answer);
		lanes_store(p->answer_usd + k, answer);
		lanes_store(p->answer_age_s + k,
			    lanes_select(anew, lanes_all(0.0), age_s));
		see_lanes(p, k, delayed ? lanes_load(delayed + k) : answer,
			  &parted);
	}
	keep_parted(p, &parted);
}

static double pressed_price(const struct cascade_prices *p,
			    const struct loss_market *market, size_t asset)
{
	return p->path_usd[asset] *
	       (1.0 - impact_of(&market->curves[asset],
				p->pressure_usd[asset] / p->depth));
}

void cascade_prices_base(struct cascade_prices *p)
{
	for (size_t a = 0; a < p->padded; a++)
		p->base_inverse[a] = 1.0 / p->seen_usd[a];
	p->base_low = p->base_high = 1.0;
}

void cascade_prices_begin(struct cascade_prices *p, double depth)
{
	size_t size;

	p->padded = lanes_padded(p->assets);
	for (size_t a = p->assets; a < p->padded; a++)
		p->now_usd[a] = p->now_usd[0];
	p->depth = depth;
	p->pressed = 0;
	size = p->padded * sizeof(double);
	memset(p->pressure_usd, 0, size);
	memset(p->answer_age_s, 0, size);
	memcpy(p->answer_usd, p->now_usd, size);
	memcpy(p->seen_usd, p->now_usd, size);
	memcpy(p->seen_low, p->now_usd, size);
	memcpy(p->seen_high, p->now_usd, size);
	for (size_t k = 0; k <= p->delay_steps; k++)
		memcpy(p->answers[k], p->now_usd, size);
	cascade_prices_base(p);
}

/* The same for one asset within a step. */
static void see_one(struct cascade_prices *p, size_t a)
{
	double seen = p->answer_usd[a], ratio = seen * p->base_inverse[a];

	p->seen_usd[a] = seen;
	p->seen_low[a] = seen < p->seen_low[a] ? seen : p->seen_low[a];
	p->seen_high[a] = seen > p->seen_high[a] ? seen : p->seen_high[a];
	p->base_low = ratio < p->base_low ? ratio : p->base_low;
	p->base_high = ratio > p->base_high ? ratio : p->base_high;
}

/* An oracle that says something else than the market, or nothing: `before` are
 * its answers, `ages` how old they were. */
static void say(struct cascade_prices *p, const double *before,
		const double *ages, double step_s)
{
	for (size_t a = 0; a < p->assets; a++) {
		double said = p->said_usd[a];

		if (said == 0.0)
			continue;
		p->answer_usd[a] = said > 0.0 ? said : before[a];
		p->answer_age_s[a] = said > 0.0 ? 0.0 : ages[a] + step_s;
		if (!p->delay_steps)
			see_one(p, a);
	}
}

void cascade_prices_step(struct cascade_prices *p,
			 const struct loss_market *market,
			 const double *ratios, size_t step, double step_s)
{
	size_t slots = p->delay_steps + 1;
	double before[ASSETS_MAX], ages[ASSETS_MAX];

	if (p->said_usd) {
		memcpy(before, p->answer_usd, sizeof(before));
		memcpy(ages, p->answer_age_s, sizeof(ages));
	}
	for (size_t a = 0; a < p->assets; a++)
		p->market_usd[a] = p->path_usd[a] = ratios[a] * p->now_usd[a];
	for (size_t a = p->assets; a < p->padded; a++)
		p->market_usd[a] = p->path_usd[0];
	for (uint32_t bits = p->pressed; bits; bits &= bits - 1) {
		size_t a = (size_t)__builtin_ctz(bits);

		p->pressure_usd[a] *= p->decay[a];
		p->market_usd[a] = pressed_price(p, market, a);
	}
	answer_all(p, &market->oracle, step_s,
		   p->delay_steps ? p->answers[step % slots] : NULL);
	if (p->said_usd)
		say(p, before, ages, step_s);
	if (p->delay_steps)
		memcpy(p->answers[(step + p->delay_steps) % slots],
		       p->answer_usd, p->padded * sizeof(double));
}

/* Sellers feel it now; the oracle answers it with the next step. */
void cascade_prices_sale(struct cascade_prices *p,
			 const struct loss_market *market, size_t asset,
			 double usd)
{
	p->pressure_usd[asset] += usd;
	if (!market->has_curve[asset] || !(p->pressure_usd[asset] > 0.0))
		return;
	p->pressed |= (uint32_t)1 << asset;
	p->market_usd[asset] = pressed_price(p, market, asset);
}
