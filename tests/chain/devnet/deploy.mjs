/*
 * deploy.mjs -- the whole market on an empty chain: tokens, feeds, governance,
 * Aave, positions, hand-over.  Our own contracts are not here (steward.mjs).
 */
import { namedAccounts } from './accounts.mjs';
import { configureEModes, deployProtocol, deployTokens, handOver, listReserves,
	setLimits } from './aave.mjs';
import { abi } from './artifacts.mjs';
import { deployFeeds, submitRounds } from './feeds.mjs';
import { delegateVotes, deployGovernance } from './governance.mjs';
import { openPositions } from './positions.mjs';
import { planPositions } from './positions_plan.mjs';
import { Sender } from './sender.mjs';

/* Whole tokens supplied and owed, per reserve. */
async function readUse(rpc, dataProvider, reserves, tokens)
{
	const provider = abi('aave', 'AaveProtocolDataProvider');
	const read = (name) => rpc.readMany(tokens.map((token) =>
		({ to: dataProvider, abi: provider, name, values: [token] })));
	const supplies = await read('getATokenTotalSupply');
	const debts = await read('getTotalDebt');
	const whole = (amount, i) => Number(amount) / 10 ** reserves[i].decimals;
	return reserves.map((_, i) =>
		({ supply: whole(supplies[i][0], i), debt: whole(debts[i][0], i) }));
}

async function describeReserves(rpc, addresses, market, { tokens, feeds })
{
	const found = await rpc.readMany(tokens.map((token) => ({
		to: addresses.dataProvider, abi: abi('aave', 'AaveProtocolDataProvider'),
		name: 'getReserveTokensAddresses', values: [token] })));
	return market.reserves.map(({ symbol, decimals, feed }, i) => ({ symbol,
		address: tokens[i], decimals, feed: feeds[i].proxy,
		feedDescription: feed, aggregator: feeds[i].aggregator,
		aToken: found[i][0], debtToken: found[i][2] }));
}

async function deployContracts(sender, accounts, market)
{
	await sender.learn(Object.values(accounts));
	const tokens = deployTokens(sender, accounts, market.reserves);
	const link = tokens[market.reserves.findIndex((it) => it.symbol === 'LINK')];
	const feeds = deployFeeds(sender, accounts, market.reserves, link);
	const governance = deployGovernance(sender, accounts);
	await sender.flush();
	delegateVotes(sender, accounts, governance);
	const addresses = deployProtocol(sender, accounts, {
		marketId: market.marketId, tokens,
		feeds: feeds.map(({ proxy }) => proxy), treasury: governance.timelock });
	listReserves(sender, accounts, addresses, market, tokens);
	configureEModes(sender, accounts, addresses, market, tokens);
	await sender.flush();
	return { tokens, feeds, governance, addresses };
}

/**
 * Deploys everything and opens the positions.  market: market.json with the
 * prices wanted.  say(text) is told each step.  Returns what devnet.json holds
 * of the market: {addresses, reserves, governor, timelock, token, roles,
 * accounts, positions}.  Throws with the decoded reason of a reverted step.
 */
export async function deployMarket(rpc, market, say)
{
	const accounts = namedAccounts();
	const sender = new Sender(rpc);
	const deployed = await deployContracts(sender, accounts, market);
	const { tokens, feeds, governance, addresses } = deployed;
	say('Aave v3.6, feeds and Governor deployed');
	await submitRounds(rpc, accounts, market.reserves.map(({ priceE8 }, i) =>
		({ aggregator: feeds[i].aggregator, priceE8 })));
	const bySymbol = (value) => Object.fromEntries(
		market.reserves.map((it, i) => [it.symbol, value(it, i)]));
	const plan = planPositions(bySymbol((it) => it));
	const positions = await openPositions(sender, accounts.faucet, {
		pool: addresses.pool, tokens: bySymbol((_, i) => tokens[i]), plan });
	say(`${positions.length} positions opened`);
	const use = await readUse(rpc, addresses.dataProvider, market.reserves, tokens);
	setLimits(sender, accounts, addresses, { market, tokens, use });
	handOver(sender, accounts, addresses, governance.timelock);
	await sender.flush();
	say('limits set, power handed to the timelock');
	const reserves = await describeReserves(rpc, addresses, market, deployed);
	return { addresses, reserves, ...governance,
		roles: { poolAdmin: governance.timelock, aclAdmin: governance.timelock,
			providerOwner: governance.timelock,
			emergencyAdmin: accounts.guardian.address,
			riskAdmin: null, feedOwner: accounts.feedOwner.address },
		accounts, positions };
}
