/*
 * table.mjs -- the market as Aave itself tells it: parameters, use and prices
 * from AaveProtocolDataProvider, the rate strategy and AaveOracle, and health
 * factors of accounts.  Reads only.
 */
import { abi } from './artifacts.mjs';

const RAY_PER_BPS = 10n ** 23n;

const columns = (devnet, name) => devnet.reserves.map(({ address }) => ({
	to: devnet.addresses.dataProvider, abi: abi('aave', 'AaveProtocolDataProvider'),
	name, values: [address] }));

/**
 * One row per reserve: {symbol, ltv, lt, lb, reserveFactor, supplyCap,
 * borrowCap, frozen, paused, supply, debt (whole tokens), optimal, base,
 * slope1, slope2, borrowRate (bps), price (USD)}; numbers.  Block: number in
 * hex or 'latest'.  Cost: one batch of 35 calls.
 */
export async function readTable(rpc, devnet, block = 'latest')
{
	const { oracle, rateStrategy } = devnet.addresses;
	const rates = abi('aave', 'DefaultReserveInterestRateStrategyV2');
	const each = (to, it, name) => devnet.reserves.map(({ address }) =>
		({ to, abi: it, name, values: [address] }));
	const parts = [columns(devnet, 'getReserveConfigurationData'),
		columns(devnet, 'getReserveCaps'), columns(devnet, 'getATokenTotalSupply'),
		columns(devnet, 'getTotalDebt'), columns(devnet, 'getReserveData'),
		columns(devnet, 'getPaused'),
		each(rateStrategy, rates, 'getInterestRateDataBps'),
		each(oracle, abi('aave', 'AaveOracle'), 'getAssetPrice')];
	const flat = await rpc.readMany(parts.flat(), block);
	const n = devnet.reserves.length;
	return devnet.reserves.map((reserve, i) =>
		row(reserve, parts.map((_, part) => flat[part * n + i])));
}

function row({ symbol, decimals },
	[config, caps, supply, debt, data, paused, rates, price])
{
	const whole = (amount) => Number(amount) / 10 ** decimals;
	return { symbol, ltv: Number(config.ltv),
		lt: Number(config.liquidationThreshold), lb: Number(config.liquidationBonus),
		reserveFactor: Number(config.reserveFactor),
		supplyCap: Number(caps.supplyCap), borrowCap: Number(caps.borrowCap),
		frozen: config.isFrozen, paused: paused[0],
		supply: whole(supply[0]), debt: whole(debt[0]),
		optimal: Number(rates[0].optimalUsageRatio),
		base: Number(rates[0].baseVariableBorrowRate),
		slope1: Number(rates[0].variableRateSlope1),
		slope2: Number(rates[0].variableRateSlope2),
		borrowRate: Number(data.variableBorrowRate / RAY_PER_BPS),
		price: Number(price[0]) / 1e8 };
}

const COLUMNS = ['symbol', 'ltv', 'lt', 'lb', 'supplyCap', 'borrowCap', 'supply',
	'debt', 'optimal', 'slope1', 'slope2', 'reserveFactor', 'frozen', 'price'];

/** The rows as lines of text. */
export function formatTable(rows)
{
	const cell = (value) => typeof value === 'boolean' ? (value ? 'yes' : 'no')
		: typeof value !== 'number' ? value : Number.isInteger(value)
			? String(value) : value.toFixed(value < 100 ? 4 : 1);
	const lines = [COLUMNS, ...rows.map((it) => COLUMNS.map((name) => cell(it[name])))];
	const width = COLUMNS.map((_, i) => Math.max(...lines.map((it) => it[i].length)));
	return lines.map((line) => line.map((text, i) =>
		i === 0 ? text.padEnd(width[i]) : text.padStart(width[i])).join('  '))
		.join('\n');
}

/**
 * getUserAccountData of accounts: [{account, collateral, debt (USD),
 * healthFactor (Infinity without debt)}].
 */
export async function readAccounts(rpc, devnet, accounts = devnet.positions)
{
	const pool = abi('aave', 'PoolInstance');
	const list = await rpc.readMany(accounts.map((account) => ({
		to: devnet.addresses.pool, abi: pool, name: 'getUserAccountData',
		values: [account] })));
	return list.map((it, i) => ({ account: accounts[i],
		collateral: Number(it.totalCollateralBase) / 1e8,
		debt: Number(it.totalDebtBase) / 1e8,
		healthFactor: it.totalDebtBase === 0n ? Infinity
			: Number(it.healthFactor) / 1e18 }));
}
