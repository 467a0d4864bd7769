/*
 * positions_plan.mjs -- who supplies and borrows what: a fixed plan, a pure
 * function of the market and its prices.  Sends nothing (positions.mjs).
 *
 * Sizes and health factors follow quantiles of fixed low-discrepancy
 * sequences: same market, same plan.
 */
export const BORROWERS = 240;
const SUPPLIERS_PER_RESERVE = 6;
const LARGE_EVERY = 40;		/* one borrower in so many is a whale */
const SHARES = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];

/* Share of borrowers up to a health factor: the quantile table. */
const HEALTH = [[0, 1.02], [0.1, 1.05], [0.25, 1.1], [0.5, 1.3], [0.8, 2],
	[1, 5]];
const COLLATERAL = [['WETH', 0.42], ['WBTC', 0.24], ['USDC', 0.14],
	['LINK', 0.13], ['CRV', 0.07]];
const DEBT = [['USDC', 0.62], ['WETH', 0.18], ['WBTC', 0.08], ['CRV', 0.06],
	['LINK', 0.06]];

/* Van der Corput's sequence in a base: in (0, 1). */
function corput(index, base)
{
	let value = 0;
	let scale = 1 / base;
	for (let n = index + 1; n > 0; n = Math.floor(n / base), scale /= base)
		value += (n % base) * scale;
	return value;
}

function interpolate(table, at)
{
	const i = table.findIndex(([share]) => at <= share);
	const [x0, y0] = table[Math.max(0, i - 1)];
	const [x1, y1] = table[i];
	return x1 === x0 ? y1 : y0 + (y1 - y0) * (at - x0) / (x1 - x0);
}

/* The symbol at a point of a weight table, some left out. */
function pick(table, at, without)
{
	const left = table.filter(([symbol]) => !without.includes(symbol));
	let rest = at * left.reduce((sum, [, weight]) => sum + weight, 0);
	for (const [symbol, weight] of left) {
		rest -= weight;
		if (rest < 0)
			return symbol;
	}
	return left[left.length - 1][0];
}

/* USD of collateral: dust to 20 USD, a body around 40,000, whales of millions. */
function size(index)
{
	const u = corput(index, 5);
	if (index % LARGE_EVERY === 7)
		return 1.5e6 + 6e6 * u;
	if (index % 12 === 5)
		return 20 + 180 * u;
	return 1500 * Math.exp(6 * u);
}

/* A quantity of USD in an asset's smallest unit, floored. */
function units(usd, { decimals, priceE8 })
{
	const micro = BigInt(Math.floor(usd * 1e6));
	return micro * 10n ** BigInt(decimals) * 100n / BigInt(priceE8);
}

function split(symbols, usd, share)
{
	return symbols.length === 1 ? [[symbols[0], usd]]
		: [[symbols[0], usd * share], [symbols[1], usd * (1 - share)]];
}

function borrower(index, reserves)
{
	const collaterals = [pick(COLLATERAL, corput(index, 2), [])];
	if (index % 3 === 1)
		collaterals.push(pick(COLLATERAL, corput(index, 7), collaterals));
	const debts = [pick(DEBT, corput(index, 11), collaterals)];
	if (index % 7 === 3)
		debts.push(pick(DEBT, corput(index, 13), [...collaterals, ...debts]));
	const usd = size(index);
	const held = split(collaterals, usd, 0.65);
	const weighted = held.reduce((sum, [symbol, part]) =>
		sum + part * reserves[symbol].lt / 10000, 0);
	const health = interpolate(HEALTH, corput(index, 3));
	const amounts = (list) => list.map(([symbol, part]) =>
		({ symbol, usd: part, amount: units(part, reserves[symbol]) }));
	return { health, collaterals: amounts(held),
		debts: amounts(split(debts, weighted / health, 0.7)) };
}

function totals(borrowers, side, symbol)
{
	return borrowers.flatMap((it) => it[side])
		.filter((it) => it.symbol === symbol)
		.reduce((sum, { usd }) => sum + usd, 0);
}

/* Pure suppliers bring each reserve to its utilisation. */
function suppliers(borrowers, reserves)
{
	return Object.values(reserves).flatMap((reserve) => {
		const { symbol, utilisation } = reserve;
		const wanted = totals(borrowers, 'debts', symbol) / utilisation;
		const usd = Math.max(wanted - totals(borrowers, 'collaterals', symbol),
			0.2 * wanted, 50000);
		return SHARES.slice(0, SUPPLIERS_PER_RESERVE).map((share) => ({
			debts: [], collaterals: [{ symbol, usd: usd * share,
				amount: units(usd * share, reserve) }] }));
	});
}

/**
 * The plan: [{collaterals: [{symbol, usd, amount}], debts: [...], health}],
 * pure suppliers first; amounts in the tokens' smallest unit.
 * reserves: {symbol: {decimals, priceE8, lt, utilisation}}.
 */
export function planPositions(reserves)
{
	const borrowers = Array.from({ length: BORROWERS },
		(_, index) => borrower(index, reserves));
	return [...suppliers(borrowers, reserves), ...borrowers];
}
