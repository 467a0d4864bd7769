/*
 * liquidation_pool.mjs -- what the Pool says and does in one second: balances,
 * indexes, account data as they will be at a block's time, and liquidation
 * calls with what their receipts tell.  Computes nothing of Aave's rules.
 */
import { AbiCoder } from 'ethers';
import { Sender, abi, decodeError, hex } from './devnet/index.mjs';

const CALL_GAS = 1300000;

const poolAbi = () => abi('aave', 'PoolInstance');

/* Many eth_calls as a block at time_s would answer them, decoded. */
async function readAt(rpc, list, time_s)
{
	const answers = await rpc.batch(list.map(({ to, abi: it, name, values }) =>
		['eth_call', { to, data: it.encodeFunctionData(name, values) }, 'latest',
			{}, { time: hex(time_s) }]));
	return answers.map((data, i) =>
		list[i].abi.decodeFunctionResult(list[i].name, data));
}

/* Rows of one read per asset and name: [asset][name]. */
async function table(rpc, rows, time_s)
{
	const flat = await readAt(rpc, rows.flat(), time_s);
	const width = rows[0].length;
	return rows.map((_, i) => flat.slice(i * width, (i + 1) * width));
}

/**
 * The market at a second: {reserves: [{priceE8, decimals, lt, lb, fee,
 * supplyIndex, borrowIndex}], categories: [{id, lt, lb, mask}]}, BigInts.
 */
export async function readMarket(rpc, devnet, { categoryIds, time_s })
{
	const { pool, oracle, dataProvider } = devnet.addresses;
	const provider = abi('aave', 'AaveProtocolDataProvider');
	const rows = await table(rpc, devnet.reserves.map(({ address }) => [
		{ to: oracle, abi: abi('aave', 'AaveOracle'), name: 'getAssetPrice' },
		{ to: dataProvider, abi: provider, name: 'getReserveConfigurationData' },
		{ to: dataProvider, abi: provider, name: 'getLiquidationProtocolFee' },
		{ to: pool, abi: poolAbi(), name: 'getReserveNormalizedIncome' },
		{ to: pool, abi: poolAbi(), name: 'getReserveNormalizedVariableDebt' },
	].map((it) => ({ ...it, values: [address] }))), time_s);
	const modes = await table(rpc, categoryIds.map((id) => [
		{ to: pool, abi: poolAbi(), name: 'getEModeCategoryCollateralConfig',
			values: [id] },
		{ to: pool, abi: poolAbi(), name: 'getEModeCategoryCollateralBitmap',
			values: [id] }]), time_s);
	return { reserves: rows.map(([[priceE8], config, [fee], [supplyIndex],
		[borrowIndex]], i) => ({ priceE8, decimals: devnet.reserves[i].decimals,
		lt: config.liquidationThreshold, lb: config.liquidationBonus, fee,
		supplyIndex, borrowIndex })),
	categories: modes.map(([[config], [mask]], i) => ({ id: categoryIds[i],
		lt: config.liquidationThreshold, lb: config.liquidationBonus, mask })) };
}

function holdingsOf(flags, balances)
{
	return balances.map(([[supplied], [borrowed]], reserve) => ({ reserve,
		collateral: (flags >> BigInt(2 * reserve + 1)) & 1n, supplied, borrowed }))
		.filter(({ supplied, borrowed }) => supplied > 0n || borrowed > 0n);
}

/**
 * Accounts at a second: [{address, emode, holdings: [{reserve, collateral,
 * supplied, borrowed}], data: getUserAccountData}], BigInts.
 */
export async function readAccountsAt(rpc, devnet, { addresses, time_s })
{
	const { pool } = devnet.addresses;
	const balance = (to, values) => ({ to, abi: abi('aave', 'ATokenInstance'),
		name: 'balanceOf', values });
	const rows = await table(rpc, addresses.map((address) => [
		...['getUserAccountData', 'getUserConfiguration', 'getUserEMode'].map(
			(name) => ({ to: pool, abi: poolAbi(), name, values: [address] })),
		...devnet.reserves.flatMap(({ aToken, debtToken }) =>
			[balance(aToken, [address]), balance(debtToken, [address])]),
	]), time_s);
	return rows.map(([data, [config], [emode], ...balances], i) => ({
		address: addresses[i], emode, data, holdings: holdingsOf(config.data,
			devnet.reserves.map((_, r) => balances.slice(2 * r, 2 * r + 2))) }));
}

const calldata = (devnet, { address, collateral, debt, cover, receiveAToken }) =>
	poolAbi().encodeFunctionData('liquidationCall',
		[devnet.reserves[collateral].address, devnet.reserves[debt].address,
			address, cover, receiveAToken]);

/** Why the Pool would refuse a call at a second, or null. */
export async function refusalOf(rpc, devnet, { liquidator, call, time_s })
{
	try {
		await rpc.call('eth_call', { from: liquidator.address,
			to: devnet.addresses.pool, data: calldata(devnet, call) }, 'latest',
		{}, { time: hex(time_s) });
		return null;
	} catch (error) {
		return decodeError(error);
	}
}

/**
 * Sends liquidation calls in one block of the time given: [{address,
 * collateral, debt (reserves), cover, receiveAToken}].  The receipts.
 */
export async function sendCalls(rpc, devnet, { liquidator, calls, time_s })
{
	const sender = new Sender(rpc);
	await sender.learn([liquidator]);
	for (const call of calls)
		sender.send(liquidator, { to: devnet.addresses.pool, gas: CALL_GAS,
			data: calldata(devnet, call), label: JSON.stringify({ ...call,
				cover: String(call.cover) }) });
	await rpc.call('evm_setNextBlockTimestamp', hex(time_s));
	const receipts = await sender.flush();
	if (new Set(receipts.map(({ blockNumber }) => blockNumber)).size > 1)
		throw new Error('the calls did not fit into one block');
	return receipts;
}

/**
 * What a receipt tells of its call: {repaid, seized, fee, deficits: {reserve:
 * amount}}; the fee is what the treasury was sent of the borrower's aTokens.
 */
export function readReceipt(receipt, devnet, { address, collateral })
{
	const pool = devnet.addresses.pool.toLowerCase();
	const it = { repaid: 0n, seized: 0n, fee: 0n, deficits: {} };
	for (const log of receipt.logs) {
		const from = log.address.toLowerCase();
		if (from === devnet.reserves[collateral].aToken.toLowerCase())
			it.fee += feeOf(log, devnet, address);
		if (from !== pool)
			continue;
		const event = poolAbi().parseLog(log);
		if (event?.name === 'LiquidationCall') {
			it.repaid = event.args.debtToCover;
			it.seized = event.args.liquidatedCollateralAmount;
		} else if (event?.name === 'DeficitCreated') {
			it.deficits[devnet.reserves.findIndex((reserve) => reserve.address
				=== event.args.debtAsset)] = event.args.amountCreated;
		}
	}
	return it;
}

function feeOf(log, devnet, borrower)
{
	const transfer = abi('aave', 'ATokenInstance').getEvent('Transfer').topicHash;
	const word = (address) => AbiCoder.defaultAbiCoder()
		.encode(['address'], [address]);
	return log.topics[0] === transfer && log.topics[1] === word(borrower)
		&& log.topics[2] === word(devnet.timelock) ? BigInt(log.data) : 0n;
}
