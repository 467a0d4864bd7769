/*
 * liquidation_engine.mjs -- asks liquidation_driver what Aave's engine makes of
 * accounts and calls, in the driver's words, and finds the price where an
 * answer turns.
 */
import { spawnSync } from 'node:child_process';

function words({ market, account, calls })
{
	const place = (reserve) =>
		account.holdings.findIndex((it) => it.reserve === reserve);
	return [market.reserves.length,
		...market.reserves.flatMap((it) => [it.priceE8, it.decimals, it.lt, it.lb,
			it.fee, it.supplyIndex, it.borrowIndex]),
		market.categories.length,
		...market.categories.flatMap((it) => [it.id, it.lt, it.lb, it.mask]),
		account.emode, account.holdings.length,
		...account.holdings.flatMap((it) =>
			[it.reserve, it.collateral, it.supplied, it.borrowed]),
		calls.length,
		...calls.flatMap((it) => [place(it.collateral), place(it.debt), it.cover])];
}

function parseCall(next, account)
{
	if (next() === 'refused')
		return null;
	const [repaid, seized, fee, deficitE8, cleared] =
		Array.from({ length: 5 }, () => BigInt(next()));
	return { repaid, seized, fee, deficitE8, cleared: cleared === 1n,
		holdings: account.holdings.map(({ reserve }) => ({ reserve,
			supplied: BigInt(next()), borrowed: BigInt(next()) })) };
}

/**
 * Answers of queries [{market, account, calls}]: [{collateral, debt, health,
 * calls: [null where refused, else {repaid, seized, fee, deficitE8, cleared,
 * holdings after}]}].
 */
export function ask(driver, queries)
{
	const run = spawnSync(driver, { encoding: 'utf8', maxBuffer: 1 << 28,
		input: queries.map((it) => words(it).join(' ') + '\n').join('') });
	if (run.status !== 0)
		throw new Error(`driver ended with ${run.status}: ${run.stderr}`);
	return run.stdout.trimEnd().split('\n').map((line, i) => {
		const list = line.trim().split(' ');
		const next = () => list.shift();
		const [collateral, debt, health] = [next(), next(), next()].map(BigInt);
		return { collateral, debt, health, calls: queries[i].calls.map(() =>
			parseCall(next, queries[i].account)) };
	});
}

/** A market with one price replaced. */
export function priced(market, reserve, priceE8)
{
	return { ...market, reserves: market.reserves.map((it, i) =>
		i === reserve ? { ...it, priceE8 } : it) };
}

/**
 * The prices where something turns: for each search {market, account, reserve,
 * holds(totals)} the price p with holds at p unlike at p - 1, between 1 and
 * `most`; null where it holds at both ends or at neither.
 */
export function turningPrices(driver, searches, most)
{
	const at = (prices) => ask(driver, searches.map((it, i) => ({
		market: priced(it.market, it.reserve, prices[i]), account: it.account,
		calls: [] }))).map((totals, i) => searches[i].holds(totals));
	const low = searches.map(() => 1n);
	const high = searches.map(() => most);
	const first = at(low);
	const turns = at(high).map((holds, i) => holds !== first[i]);
	for (let width = most; width > 0n; width >>= 1n) {
		const middle = low.map((it, i) => (it + high[i]) / 2n);
		at(middle).forEach((holds, i) => {
			(holds === first[i] ? low : high)[i] = middle[i];
		});
	}
	return high.map((it, i) => turns[i] ? it : null);
}
