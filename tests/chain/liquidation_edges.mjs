/*
 * liquidation_edges.mjs -- the prices at which Aave's rules turn, for the
 * positions that were made for it (liquidation_book.mjs): one step below and
 * at the price, and prices that make a health factor exactly 0.95 or 1.
 */
import { ask, priced, turningPrices } from './liquidation_engine.mjs';

const PRICE_MAX = 10n ** 15n;
const FULL_CLOSE_E8 = 2000n * 10n ** 8n;
const STABLE_STEPS = 3000;	/* prices of the stable asset that are looked at */
const CLOSE_FACTOR_BPS = 9500n;
const ONE_BPS = 10000n;

export const healthOf = (bps) => bps * 10n ** 14n;

/* The account with nothing but one reserve. */
const only = (account, reserve) => ({ ...account,
	holdings: account.holdings.filter((it) => it.reserve === reserve) });

/* What turns for a position: each side's own value, and its health. */
function turnsOf({ account, moving, side, market })
{
	return [
		{ name: 'value 2,000 USD', account: only(account, moving),
			holds: (it) => it[side] >= FULL_CLOSE_E8 },
		{ name: 'health 0.95', account,
			holds: (it) => it.health > healthOf(CLOSE_FACTOR_BPS) },
		{ name: 'health 1', account, holds: (it) => it.health >= healthOf(ONE_BPS) },
	].map((it) => ({ ...it, market, reserve: moving }));
}

/*
 * What the call is made on.  Where health turns the moving collateral is worth
 * less than 2,000 USD, so the stable one shows what health does.
 */
function sidesOf({ side, moving, stable }, name)
{
	if (side === 'debt')
		return { collateral: stable, debt: moving };
	return { collateral: name.startsWith('health') ? stable : moving,
		debt: stable };
}

/* Both sides of every turn: [{name, edge, prices: {reserve: priceE8}}]. */
function turningTries(driver, edges)
{
	const searches = edges.flatMap((edge) =>
		turnsOf(edge).map((it) => ({ ...it, edge })));
	const prices = turningPrices(driver, searches, PRICE_MAX);
	return searches.flatMap(({ name, edge }, i) => prices[i] === null ? []
		: [prices[i] - 1n, prices[i]].map((priceE8) =>
			({ name, edge, prices: { [edge.moving]: priceE8 } })));
}

/*
 * Prices that make the health of a position exactly `bps`: the stable asset's
 * fixes the debt and the other collateral, the moving one's follows.
 */
function exactTry(driver, { edge, bps })
{
	const { account, moving, stable, market } = edge;
	const { supplied } = account.holdings.find((it) => it.reserve === moving);
	const { decimals, lt } = market.reserves[moving];
	const base = market.reserves[stable];
	const markets = Array.from({ length: STABLE_STEPS }, (_, i) =>
		priced(market, stable, base.priceE8 + BigInt(i)));
	const fixed = ask(driver, markets.map((it) => ({ market: it, calls: [],
		account: only(account, stable) })));
	for (const [i, { debt, collateral }] of fixed.entries()) {
		const weighted = bps * debt - collateral * base.lt;
		const priceE8 = (weighted / lt * 10n ** BigInt(decimals) + supplied - 1n)
			/ supplied;
		const [{ health }] = weighted % lt !== 0n ? [{}] : ask(driver,
			[{ market: priced(markets[i], moving, priceE8), account, calls: [] }]);
		if (health === healthOf(bps))
			return [{ edge, name: `health exactly ${Number(bps) / 10000}`,
				prices: { [moving]: priceE8,
					[stable]: markets[i].reserves[stable].priceE8 } }];
	}
	return [];
}

/**
 * What to try at the edges: [{name, edge, prices: {reserve: priceE8},
 * collateral, debt (reserves)}].
 * edges: [{account (as read at the second of the tries), market, side:
 * 'collateral' or 'debt', moving, stable (reserves)}]; on the side named the
 * account has the moving reserve, everything else in the stable one.
 */
export function edgeTries(driver, edges)
{
	const exact = edges.filter(({ side }) => side === 'collateral')
		.flatMap((edge) => [CLOSE_FACTOR_BPS, ONE_BPS].flatMap((bps) =>
			exactTry(driver, { edge, bps })));
	return [...turningTries(driver, edges), ...exact].map((it) =>
		({ ...it, ...sidesOf(it.edge, it.name) }));
}
