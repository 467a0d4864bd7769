/*
 * test_liquidation.mjs DRIVER [SEED] -- Aave's engine in C against the real
 * Pool: a book of random positions, random prices over many rounds, every
 * liquidation by a real liquidationCall.  Account data of every account, and of
 * every call what is repaid, seized, kept as fee and written off, and all
 * balances after it, are equal to the last unit.  Ends the node it starts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, down, guard, marketWith, setPrices, up } from './devnet/index.mjs';
import { CATEGORY_IDS, makeLiquidator, openBook, planBook, widenMarket }
	from './liquidation_book.mjs';
import { edgeTries, healthOf } from './liquidation_edges.mjs';
import { ask } from './liquidation_engine.mjs';
import { readAccountsAt, readMarket, readReceipt, refusalOf, sendCalls }
	from './liquidation_pool.mjs';
import { Random } from './random.mjs';

const ROUNDS = 16;
const FIRST_CALLS = 34;		/* a round; second ones follow some of them */
const CALLS_A_ROUND = 45;	/* what fits into a block */
const WANTED = 300;		/* different random positions liquidated, at least */
const ONE = healthOf(10000n);
const CLOSE_FACTOR_HEALTH = healthOf(9500n);
const FULL_CLOSE_E8 = 2000n * 10n ** 8n;
const LEFTOVER_E8 = 1000n * 10n ** 8n;
const EVERYTHING = (1n << 128n) - 1n;
const REFUSALS = ['MustNotLeaveDust()', 'InvalidBurnAmount()',
	'HealthFactorNotBelowThreshold()'];

const driver = process.argv[2];
const random = new Random(process.argv[3] ?? 1);
const seen = new Map();		/* kinds of cases, how often each was compared */
let passed = 0;
let failed = 0;

function check(name, errors)
{
	if (errors.length === 0)
		return passed++;
	failed++;
	console.log(`FAIL ${name}\n  ${errors.slice(0, 5).join('\n  ')}`);
}

const saw = (kind) => seen.set(kind, (seen.get(kind) ?? 0) + 1);

function differences(what, got, wanted)
{
	return Object.keys(wanted).filter((key) => got[key] !== wanted[key])
		.map((key) => `${what}: ${key} is ${got[key]}, the Pool says ${wanted[key]}`);
}

const poolTotals = ({ data }) => ({ collateral: data.totalCollateralBase,
	debt: data.totalDebtBase,
	health: data.totalDebtBase === 0n ? 0n : data.healthFactor });

/* getUserAccountData of everyone. */
function compareTotals(name, market, accounts)
{
	const answers = ask(driver, accounts.map((account) =>
		({ market, account, calls: [] })));
	check(name, accounts.flatMap((account, i) =>
		differences(account.address, answers[i], poolTotals(account))));
}

/* How much to cover: all of it, a share, or just what leaves 1,000 USD. */
function drawCover({ borrowed, reserve }, market)
{
	const { priceE8, decimals } = market.reserves[reserve];
	const kept = (LEFTOVER_E8 - 1n) * 10n ** BigInt(decimals) / priceE8 + 1n;
	const kind = Number(random.below(10));
	if (kind < 4)
		return EVERYTHING;
	if (kind < 6 && borrowed > kept)
		return borrowed - kept + random.below(2);
	if (kind === 6)
		return 1n + random.below(30);
	return 1n + borrowed * (1n + random.below(100)) / 101n;
}

function drawCall(account, market)
{
	const held = account.holdings.filter((it) => it.collateral && it.supplied > 0n);
	const owed = account.holdings.filter(({ borrowed }) => borrowed > 0n);
	const debt = random.pick(owed);
	const worth = ({ supplied, reserve }) => supplied
		* market.reserves[reserve].priceE8
		/ 10n ** BigInt(market.reserves[reserve].decimals);
	const most = held.reduce((a, b) => worth(a) < worth(b) ? b : a);
	return { address: account.address,
		collateral: (random.chance(50) ? most : random.pick(held)).reserve,
		debt: debt.reserve, cover: drawCover(debt, market),
		receiveAToken: random.chance(30) };
}

const withCollateral = (account) =>
	account.holdings.some((it) => it.collateral && it.supplied > 0n);

/* Accounts below 1: random ones never liquidated come first. */
function victims(world, accounts)
{
	const below = accounts.filter((it) => it.data.healthFactor < ONE
		&& withCollateral(it));
	const fresh = (it) => world.random.has(it.address)
		&& !world.liquidated.has(it.address);
	const mixed = random.sample(below, below.length);
	return [...mixed.filter(fresh), ...mixed.filter((it) => !fresh(it))];
}

/* A call is of no use once a call before it took one of its sides. */
function stillThere(call, holdings)
{
	const at = (reserve) => holdings.find((it) => it.reserve === reserve);
	return at(call.collateral).supplied > 0n && at(call.debt).borrowed > 0n;
}

/* Draws a second call for some, with the balances the first will leave. */
function drawCalls(world, market, accounts)
{
	const chosen = victims(world, accounts).slice(0, FIRST_CALLS);
	const first = chosen.map((account) =>
		({ market, account, calls: [drawCall(account, market)] }));
	const answers = ask(driver, first);
	let room = CALLS_A_ROUND - first.length;
	return first.map((query, i) => {
		const [done] = answers[i].calls;
		const call = drawCall(query.account, market);
		if (!done || room === 0 || !random.chance(50)
			|| !stillThere(call, done.holdings))
			return query;
		room--;
		return { ...query, calls: [...query.calls, call] };
	});
}

/* What the Pool's receipt must say, from the engine's answer. */
function wantedDeficits(before, done)
{
	if (!done.cleared)
		return {};
	const left = (it) => it.borrowed - (it.reserve === done.debt ? done.repaid : 0n);
	return Object.fromEntries(before.filter((it) => left(it) > 0n)
		.map((it) => [it.reserve, left(it)]));
}

/* The engine's one figure for the deficits: each rounded up in USD. */
function deficitE8(deficits, market)
{
	return Object.entries(deficits).reduce((sum, [reserve, amount]) => {
		const { priceE8, decimals } = market.reserves[reserve];
		const unit = 10n ** BigInt(decimals);
		return sum + (amount * priceE8 + unit - 1n) / unit;
	}, 0n);
}

function compareCall({ call, before, done, receipt, market, devnet })
{
	const real = readReceipt(receipt, devnet, call);
	const wanted = wantedDeficits(before, { ...done, debt: call.debt });
	check(`liquidation of ${call.address}`, [
		...differences('call', done,
			{ repaid: real.repaid, seized: real.seized, fee: real.fee,
				deficitE8: deficitE8(real.deficits, market) }),
		...differences('deficit', wanted, real.deficits),
		...differences('no deficit', real.deficits, wanted)]);
}

/* Counts what kind of case a call was, for the table at the end. */
function classify({ account, call, done, market })
{
	const owed = account.holdings.find((it) => it.reserve === call.debt);
	const { priceE8, decimals } = market.reserves[call.debt];
	saw(account.emode > 0n ? 'in an e-mode' : 'in no e-mode');
	saw(account.data.healthFactor > CLOSE_FACTOR_HEALTH ? 'health above 0.95'
		: account.data.healthFactor < ONE / 2n ? 'health below 0.5'
			: 'health 0.5 to 0.95');
	if (owed.borrowed * priceE8 < FULL_CLOSE_E8 * 10n ** BigInt(decimals))
		saw('debt below 2,000 USD');
	if (done.repaid < call.cover && done.repaid < owed.borrowed && !done.cleared)
		saw('capped by the close factor or the collateral');
	if (done.deficitE8 > 0n)
		saw('with a deficit');
	if (done.cleared && done.holdings.some((it) => it.supplied > 0n))
		saw('cleared with balances left');
	if (call.collateral === call.debt)
		saw('collateral and debt of one asset');
	if (call.receiveAToken)
		saw('paid in aTokens');
}

async function checkRefused(world, { call, time_s })
{
	const reason = await refusalOf(world.rpc, world.devnet,
		{ ...world, call: { ...call, receiveAToken: false }, time_s });
	const known = REFUSALS.includes(reason);
	check(`refusal of a call on ${call.address}`, known ? []
		: [`the engine refuses, the Pool says ${reason ?? 'yes'}`]);
	saw(`refused: ${reason}`);
}

/* The calls the engine accepts, with the balances before each. */
function accepted(query, answer)
{
	let before = query.account.holdings;
	return query.calls.flatMap((call, i) => {
		const done = answer.calls[i];
		if (!done)
			return [];
		const it = { call, before, done, account: query.account };
		before = done.holdings;
		return [it];
	});
}

/* Balances after the block, still at its second. */
async function compareBalances(world, list, time_s)
{
	const last = new Map(list.map(({ call, done }) => [call.address, done]));
	const after = await readAccountsAt(world.rpc, world.devnet,
		{ addresses: [...last.keys()], time_s });
	check('balances after', after.flatMap(({ address, holdings }) =>
		last.get(address).holdings.flatMap((mine) => {
			const real = holdings.find((it) => it.reserve === mine.reserve);
			return differences(`${address} reserve ${mine.reserve}`, mine,
				{ supplied: real?.supplied ?? 0n, borrowed: real?.borrowed ?? 0n });
		})));
}

async function compareQueries(world, { market, queries, time_s })
{
	const { rpc, devnet } = world;
	const answers = ask(driver, queries);
	for (const [i, { calls: [first] }] of queries.entries())
		if (first && !answers[i].calls[0])
			await checkRefused(world, { call: first, time_s });
	const list = queries.flatMap((query, i) => accepted(query, answers[i]));
	if (list.length === 0)
		return 0;
	const receipts = await sendCalls(rpc, devnet,
		{ ...world, calls: list.map(({ call }) => call), time_s });
	list.forEach((it, i) => {
		compareCall({ ...it, receipt: receipts[i], market, devnet });
		classify({ ...it, market });
		if (world.random.has(it.call.address))
			world.liquidated.add(it.call.address);
	});
	await compareBalances(world, list, time_s);
	return list.length;
}

function randomPrices(market, round)
{
	const spread = 0.25 + 0.15 * round;
	return Object.fromEntries(market.reserves.map(({ symbol, priceE8 }) => {
		const move = symbol === 'USDC' ? random.uniform(-0.03, 0.03)
			: random.uniform(-spread, spread / 3);
		return [symbol, BigInt(Math.floor(Number(priceE8) * Math.exp(move)))];
	}));
}

async function runRound(world, round)
{
	const { rpc, devnet, market: wanted } = world;
	await setPrices(rpc, devnet, randomPrices(wanted, round));
	const time_s = await rpc.timestamp() + Number(random.below(3 * 86400)) + 60;
	const market = await readMarket(rpc, devnet,
		{ categoryIds: CATEGORY_IDS, time_s });
	const accounts = await readAccountsAt(rpc, devnet,
		{ addresses: world.addresses, time_s });
	compareTotals(`account data of all, round ${round}`, market, accounts);
	const queries = drawCalls(world, market, accounts);
	const count = await compareQueries(world, { market, queries, time_s });
	console.log(`round ${round}: ${accounts.length} accounts, ${count} liquidations, `
		+ `${world.liquidated.size} random positions so far`);
}

/* One call at some prices, then the chain is as before. */
async function tryPrices(world, { name, edge, prices, collateral, debt }, time_s)
{
	const { rpc, devnet } = world;
	const snapshot = await rpc.call('evm_snapshot');
	await setPrices(rpc, devnet, Object.fromEntries(Object.entries(prices).map(
		([reserve, priceE8]) => [devnet.reserves[reserve].symbol, priceE8])));
	const market = await readMarket(rpc, devnet,
		{ categoryIds: CATEGORY_IDS, time_s });
	const [account] = await readAccountsAt(rpc, devnet,
		{ addresses: [edge.account.address], time_s });
	compareTotals(`account data at the edge of ${name}`, market, [account]);
	const call = { address: account.address, collateral, debt,
		cover: EVERYTHING, receiveAToken: false };
	await compareQueries({ ...world, liquidated: new Set() },
		{ market, queries: [{ market, account, calls: [call] }], time_s });
	saw(`at the edge of ${name}`);
	await rpc.call('evm_revert', snapshot);
}

async function runEdges(world)
{
	const { rpc, devnet } = world;
	const time_s = await rpc.timestamp() + 3600;
	const market = await readMarket(rpc, devnet,
		{ categoryIds: CATEGORY_IDS, time_s });
	const accounts = await readAccountsAt(rpc, devnet,
		{ addresses: world.edges.map(({ address }) => address), time_s });
	const place = (symbol) =>
		devnet.reserves.findIndex((it) => it.symbol === symbol);
	const edges = world.edges.map(({ side, moving }, i) => ({ market, side,
		account: accounts[i], moving: place(moving), stable: place('USDC') }));
	for (const it of edgeTries(driver, edges))
		await tryPrices(world, it, time_s);
}

async function openWorld(dir)
{
	const devnet = await up(dir);
	guard(devnet);
	const rpc = connect(devnet);
	const market = marketWith();
	await widenMarket(rpc, devnet, market);
	const plan = planBook(random, Object.fromEntries(
		market.reserves.map((it) => [it.symbol, it])));
	const opened = await openBook(rpc, devnet, plan);
	const liquidator = await makeLiquidator(rpc, devnet);
	return { rpc, devnet, market, liquidator, liquidated: new Set(),
		addresses: [...opened, ...devnet.positions], random: new Set(opened),
		edges: plan.flatMap(({ edge }, i) =>
			edge ? [{ ...edge, address: opened[i] }] : []) };
}

/* A test that compares too little fails. */
function checkCoverage(world)
{
	const wanted = ['in an e-mode', 'in no e-mode', 'health above 0.95',
		'health 0.5 to 0.95', 'health below 0.5', 'debt below 2,000 USD',
		'capped by the close factor or the collateral', 'with a deficit',
		'cleared with balances left', 'collateral and debt of one asset',
		'paid in aTokens', 'at the edge of value 2,000 USD',
		'at the edge of health 0.95', 'at the edge of health 1',
		'at the edge of health exactly 0.95', 'at the edge of health exactly 1',
		...REFUSALS.map((it) => `refused: ${it}`)];
	for (const kind of [...seen.keys()].sort())
		console.log(`  ${String(seen.get(kind)).padStart(4)} ${kind}`);
	check('every kind of case', wanted.filter((kind) => (seen.get(kind) ?? 0) < 5)
		.map((kind) => `${kind}: ${seen.get(kind) ?? 0} compared, 5 wanted`));
	check('random positions liquidated', world.liquidated.size >= WANTED ? []
		: [`${world.liquidated.size} of ${WANTED}`]);
}

const dir = mkdtempSync(join(tmpdir(), 'liquidation-'));
try {
	const world = await openWorld(dir);
	await runEdges(world);
	for (let round = 0; round < ROUNDS; round++)
		await runRound(world, round);
	checkCoverage(world);
	await down(dir);
} catch (error) {
	check('the run', [error.stack]);
} finally {
	rmSync(dir, { recursive: true, force: true });
}
console.log(`liquidation: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
