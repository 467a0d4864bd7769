/*
 * liquidation_book.mjs -- a book of random positions on the devnet for the
 * comparison of liquidations: several collaterals and debts, e-modes, dust,
 * whales, sizes at the edges of the rules.  Opens them; liquidates nothing.
 */
import { abi, govern, Sender } from './devnet/index.mjs';
import { positionAccount } from './devnet/accounts.mjs';
import { openPositions } from './devnet/positions.mjs';

const FIRST_ACCOUNT = 1000;
const LENDERS_USD = 4e7;	/* of every reserve, so that nothing runs dry */
const DUST_UNITS = 400n;
const BORROWERS = 440;
const EDGES = 12;		/* positions made for each side's edges */

/* Few tokens are held of WETH: its prices reach every value in USD. */
const MOVING = ['WETH', 'LINK', 'WETH', 'CRV'];

/* Tests' own categories: ids below 11 are free. */
const CATEGORIES = [
	{ id: 1, ltv: 8200, lt: 8600, lb: 10300, collateral: ['WETH', 'LINK', 'CRV'],
		borrowable: ['WETH', 'WBTC', 'LINK', 'CRV', 'USDC'] },
	{ id: 2, ltv: 9000, lt: 9400, lb: 10111, collateral: ['USDC', 'WBTC'],
		borrowable: ['USDC', 'WETH', 'CRV'] },
];

/* Smallest units worth so many USD at the opening prices. */
function units(usd, { decimals, priceE8 })
{
	return BigInt(Math.floor(usd * 1e6)) * 10n ** BigInt(decimals) * 100n
		/ BigInt(priceE8);
}

const legs = (list, bySymbol) => list.map(([symbol, usd]) =>
	({ symbol, usd, amount: units(usd, bySymbol[symbol]) }));

/* How much may be borrowed on a USD of it; the market lends up to the LT. */
function lendable(emode, symbol, bySymbol)
{
	return (emode?.collateral.includes(symbol) ? emode.ltv
		: bySymbol[symbol].lt) / 10000;
}

function position({ emode, collaterals, debts, health }, bySymbol)
{
	const may = collaterals.reduce((sum, [symbol, usd]) =>
		sum + usd * lendable(emode, symbol, bySymbol), 0);
	return { emode: emode?.id ?? 0, collaterals: legs(collaterals, bySymbol),
		debts: legs(debts.map(([symbol, share]) =>
			[symbol, may / health * share]), bySymbol) };
}

/* USD of collateral: dust, about the 2,000 USD rule, the body, whales. */
function size(random)
{
	const kind = Number(random.below(10));
	if (kind === 0)
		return random.logUniform(1, 60);
	if (kind <= 3)
		return random.uniform(1500, 7000);
	return kind === 4 ? random.logUniform(5e5, 4e6)
		: random.logUniform(5000, 3e5);
}

/* Shares that add up to 1. */
function shares(random, count)
{
	const parts = Array.from({ length: count }, () => random.uniform(0.1, 1));
	const sum = parts.reduce((a, b) => a + b);
	return parts.map((part) => part / sum);
}

function borrower(random, bySymbol)
{
	const emode = random.chance(45) ? random.pick(CATEGORIES) : undefined;
	const symbols = Object.keys(bySymbol);
	const dusty = random.chance(25);
	const held = random.sample(symbols, dusty ? 1 : 1 + Number(random.below(3)));
	const owed = random.sample(emode?.borrowable ?? symbols,
		1 + Number(random.below(3)));
	const usd = size(random);
	const of = shares(random, held.length);
	const parts = shares(random, owed.length);
	const it = position({ emode,
		collaterals: held.map((symbol, i) => [symbol, usd * of[i]]),
		debts: owed.map((symbol, i) => [symbol, parts[i]]),
		health: random.uniform(1.01, 1.25) }, bySymbol);
	const fine = symbols.filter((symbol) => !held.includes(symbol)
		&& bySymbol[symbol].decimals === 18);
	if (dusty)	/* a balance whose value in USD is 0 */
		it.collaterals.push({ symbol: random.pick(fine), usd: 0,
			amount: 3n + random.below(DUST_UNITS) });
	return it;
}

/*
 * When the price of `moving` takes its side to 2,000 USD, health is about 0.975:
 * just where the close factor changes.  Everything else is USDC, and all sides
 * but the moving one stay above 2,000 USD.
 */
function atEdge(random, { side, moving }, bySymbol)
{
	const health = random.uniform(1.02, 1.2);
	const lt = (symbol) => bySymbol[symbol].lt / 10000;
	if (side === 'debt')
		return { ...position({ collaterals: [['USDC', 2000 * 0.975 / lt('USDC')]],
			debts: [[moving, 1]], health }, bySymbol), edge: { side, moving } };
	/* Half of the debt with its bonus is less than 2,000 USD. */
	const debt = 3600;
	const stable = debt * 0.975 - 2000 * lt(moving);
	const usd = (debt * health - stable) / lt(moving);
	return { ...position({
		collaterals: [[moving, usd], ['USDC', stable / lt('USDC')]],
		debts: [['USDC', 1]], health }, bySymbol), edge: { side, moving } };
}

/**
 * The plan: lenders first, then positions made for an edge ({edge: {side,
 * moving}}), then random ones.  bySymbol: {symbol: reserve of market.json}.
 */
export function planBook(random, bySymbol)
{
	const repeat = (length, make) => Array.from({ length }, make);
	return [
		...Object.keys(bySymbol).map((symbol) => ({ lender: true, emode: 0,
			debts: [], collaterals: legs([[symbol, LENDERS_USD]], bySymbol) })),
		...['collateral', 'debt'].flatMap((side) => repeat(EDGES, (_, i) =>
			atEdge(random, { side, moving: MOVING[i % MOVING.length] }, bySymbol))),
		...repeat(BORROWERS, () => borrower(random, bySymbol)),
	];
}

/** Has the Governor lift caps, raise LTV to LT and add the e-modes. */
export async function widenMarket(rpc, devnet, market)
{
	const configurator = abi('aave', 'PoolConfiguratorInstance');
	const calls = [];
	const call = (name, ...values) =>
		calls.push(configurator.encodeFunctionData(name, values));
	const address = (symbol) =>
		devnet.reserves.find((it) => it.symbol === symbol).address;
	for (const { symbol, lt, lb } of market.reserves) {
		call('configureReserveAsCollateral', address(symbol), lt, lt, lb);
		call('setSupplyCap', address(symbol), 0);
		call('setBorrowCap', address(symbol), 0);
	}
	for (const { id, ltv, lt, lb, collateral, borrowable } of CATEGORIES) {
		call('setEModeCategory', id, ltv, lt, lb, `Test ${id}`);
		for (const symbol of collateral)
			call('setAssetCollateralInEMode', address(symbol), id, true);
		for (const symbol of borrowable)
			call('setAssetBorrowableInEMode', address(symbol), id, true);
	}
	await govern(rpc, devnet, { targets: calls.map(() =>
		devnet.addresses.configurator), values: calls.map(() => 0),
	calldatas: calls, description: 'Widen the market for random positions' });
}

/** Opens the plan; the accounts in its order. */
export async function openBook(rpc, devnet, plan)
{
	const sender = new Sender(rpc);
	await sender.learn([devnet.accounts.faucet]);
	const tokens = Object.fromEntries(devnet.reserves.map(
		({ symbol, address }) => [symbol, address]));
	return openPositions(sender, devnet.accounts.faucet,
		{ pool: devnet.addresses.pool, tokens, plan, first: FIRST_ACCOUNT });
}

/** An account with plenty of every token, all of it allowed to the Pool. */
export async function makeLiquidator(rpc, devnet)
{
	const liquidator = positionAccount(FIRST_ACCOUNT - 1);
	const sender = new Sender(rpc);
	const token = abi('aave', 'TestnetERC20');
	const plenty = 10n ** 36n;
	await rpc.call('anvil_setBalance', liquidator.address, '0x3635c9adc5dea00000');
	await sender.learn([devnet.accounts.faucet, liquidator]);
	for (const { address } of devnet.reserves) {
		sender.invoke(devnet.accounts.faucet, address, token,
			'mint(address,uint256)', [liquidator.address, plenty]);
		sender.invoke(liquidator, address, token, 'approve',
			[devnet.addresses.pool, plenty]);
	}
	await sender.flush();
	return liquidator;
}

export const CATEGORY_IDS = [...CATEGORIES.map(({ id }) => id), 11, 12];
