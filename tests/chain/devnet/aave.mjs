/*
 * aave.mjs -- deploys Aave v3.6, lists the reserves, hands power to the
 * timelock.  The contracts are the package's own; only the order is ours.
 * Positions are opened between listReserves and handOver (positions.mjs).
 */
import { AbiCoder, ZeroAddress, ZeroHash, getCreateAddress } from 'ethers';
import { abi, artifact, creation, libraries } from './artifacts.mjs';

const BASE_UNIT = 10n ** 8n;	/* prices in USD with 8 decimals */
const LIST_GAS = 8000000;

const aave = (name) => artifact('aave', name);

/* Deploys what an artefact links to, each library once. */
function link(sender, account, name, known)
{
	for (const library of libraries(aave(name))) {
		if (known[library])
			continue;
		link(sender, account, library, known);
		known[library] = sender.create(account,
			creation(aave(library), [], known), library);
	}
}

/** Queues the test tokens, owned by the faucet; returns their addresses. */
export function deployTokens(sender, accounts, reserves)
{
	const { faucet } = accounts;
	return reserves.map(({ name, symbol, decimals }) =>
		sender.create(faucet, creation(aave('TestnetERC20'),
			[name, symbol, decimals, faucet.address]), symbol));
}

/* Provider, roles and oracle: what the pool's constructor will read. */
function deployBase(sender, deployer, { marketId, tokens, feeds })
{
	const call = (to, name, method, values) =>
		sender.invoke(deployer, to, aave(name).interface, method, values);
	const create = (name, values) =>
		sender.create(deployer, creation(aave(name), values), name);
	const P = 'PoolAddressesProvider';
	const provider = create(P, [marketId, deployer.address]);
	call(provider, P, 'setACLAdmin', [deployer.address]);
	const aclManager = create('ACLManager', [provider]);
	call(provider, P, 'setACLManager', [aclManager]);
	call(aclManager, 'ACLManager', 'addPoolAdmin', [deployer.address]);
	const oracle = create('AaveOracle', [provider, tokens, feeds, ZeroAddress,
		ZeroAddress, BASE_UNIT]);
	call(provider, P, 'setPriceOracle', [oracle]);
	const rateStrategy = create('DefaultReserveInterestRateStrategyV2', [provider]);
	return { provider, aclManager, oracle, rateStrategy };
}

/**
 * Queues the protocol.  what: {marketId, tokens, feeds, treasury}.  Returns the
 * addresses; the two proxies are the provider's first and second creation.
 */
export function deployProtocol(sender, accounts, what)
{
	const { deployer } = accounts;
	const base = deployBase(sender, deployer, what);
	const known = {};
	const create = (name, values) => {
		link(sender, deployer, name, known);
		return sender.create(deployer, creation(aave(name), values, known), name);
	};
	const install = (method, address) => sender.send(deployer, {
		to: base.provider, gas: LIST_GAS, label: method,
		data: abi('aave', 'PoolAddressesProvider')
			.encodeFunctionData(method, [address]) });
	const proxy = (nonce) => getCreateAddress({ from: base.provider, nonce });
	const pool = proxy(1);
	install('setPoolImpl', create('PoolInstance',
		[base.provider, base.rateStrategy]));
	install('setPoolConfiguratorImpl', create('PoolConfiguratorInstance', []));
	const dataProvider = create('AaveProtocolDataProvider', [base.provider]);
	install('setPoolDataProvider', dataProvider);
	return { ...base, pool, configurator: proxy(2), dataProvider,
		aTokenImplementation: create('ATokenInstance',
			[pool, ZeroAddress, what.treasury]),
		debtTokenImplementation: create('VariableDebtTokenInstance',
			[pool, ZeroAddress]) };
}

function listing(addresses, token, { symbol, rates })
{
	const rateData = AbiCoder.defaultAbiCoder().encode(
		['uint16', 'uint32', 'uint32', 'uint32'],
		[rates.optimal, rates.base, rates.slope1, rates.slope2]);
	return [addresses.aTokenImplementation, addresses.debtTokenImplementation,
		token, `Aave Devnet ${symbol}`, `a${symbol}`,
		`Aave Devnet Variable Debt ${symbol}`, `variableDebt${symbol}`, '0x',
		rateData];
}

/**
 * Queues the listing of every reserve, for the opening: LTV equal to the
 * liquidation threshold and no caps, so that tight positions can be opened.
 */
export function listReserves(sender, accounts, addresses, market, tokens)
{
	const configurator = abi('aave', 'PoolConfiguratorInstance');
	const call = (name, values, gas) => sender.invoke(accounts.deployer,
		addresses.configurator, configurator, name, values, gas);
	market.reserves.forEach((reserve, i) => {
		call('initReserves', [[listing(addresses, tokens[i], reserve)]], LIST_GAS);
		call('configureReserveAsCollateral',
			[tokens[i], reserve.lt, reserve.lt, reserve.lb]);
		call('setReserveBorrowing', [tokens[i], true]);
		call('setReserveFlashLoaning', [tokens[i], true]);
		call('setReserveFactor', [tokens[i], reserve.reserveFactor]);
		call('setLiquidationProtocolFee', [tokens[i], market.protocolFee]);
	});
}

/**
 * Queues the e-mode categories, after the listing: values, members (by symbol)
 * as collateral and as debt.  Nobody is in one at the opening.
 */
export function configureEModes(sender, accounts, addresses, market, tokens)
{
	const configurator = abi('aave', 'PoolConfiguratorInstance');
	const call = (name, values) => sender.invoke(accounts.deployer,
		addresses.configurator, configurator, name, values);
	const token = (symbol) =>
		tokens[market.reserves.findIndex((it) => it.symbol === symbol)];
	for (const { id, label, ltv, lt, lb, collateral, borrowable } of market.emodes) {
		call('setEModeCategory', [id, ltv, lt, lb, label]);
		for (const symbol of collateral)
			call('setAssetCollateralInEMode', [token(symbol), id, true]);
		for (const symbol of borrowable)
			call('setAssetBorrowableInEMode', [token(symbol), id, true]);
	}
}

/* Rounds up to two digits: caps as a DAO writes them. */
function roundCap(tokens)
{
	const unit = 10 ** Math.max(0, Math.floor(Math.log10(tokens)) - 1);
	return Math.max(1, Math.ceil(tokens / unit) * unit);
}

/** Queues final LTVs and caps. use: [{supply, debt}] in whole tokens. */
export function setLimits(sender, accounts, addresses, { market, tokens, use })
{
	const configurator = abi('aave', 'PoolConfiguratorInstance');
	const call = (name, values) => sender.invoke(accounts.deployer,
		addresses.configurator, configurator, name, values);
	market.reserves.forEach((it, i) => {
		call('configureReserveAsCollateral', [tokens[i], it.ltv, it.lt, it.lb]);
		call('setSupplyCap',
			[tokens[i], roundCap(use[i].supply * it.supplyCapOfUse)]);
		call('setBorrowCap', [tokens[i], roundCap(use[i].debt * it.borrowCapOfUse)]);
	});
}

/**
 * Queues the end of the deployer's power: the timelock administers pool and
 * roles, the guardian alone may pause; provider owned by the timelock.
 */
export function handOver(sender, accounts, addresses, timelock)
{
	const { deployer, guardian } = accounts;
	const call = (to, name, method, values) =>
		sender.invoke(deployer, to, aave(name).interface, method, values);
	const acl = (method, values) =>
		call(addresses.aclManager, 'ACLManager', method, values);
	const P = 'PoolAddressesProvider';
	acl('addEmergencyAdmin', [guardian.address]);
	acl('addPoolAdmin', [timelock]);
	acl('grantRole', [ZeroHash, timelock]);
	acl('removePoolAdmin', [deployer.address]);
	acl('renounceRole', [ZeroHash, deployer.address]);
	call(addresses.provider, P, 'setACLAdmin', [timelock]);
	call(addresses.provider, P, 'transferOwnership', [timelock]);
}
