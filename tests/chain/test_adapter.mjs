/*
 * test_adapter.mjs -- AaveV3Adapter on the real Aave v3.6 of the local chain:
 * every kind read and written, Aave's LTV-zero traps, FREEZE and its undoing,
 * e-modes, the fingerprint.  The steward here is a plain account.
 * Last line: `adapter: N passed, N failed`; exit 1 on failure.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contract, ContractFactory, JsonRpcProvider, MaxUint256,
	NonceManager, Wallet, ZeroAddress, concat, id, keccak256, toBeHex, zeroPadValue }
	from 'ethers';
import { compile } from '../../setup/solc/compile.mjs';
import { deployProtocol, deployTokens, listReserves } from './devnet/aave.mjs';
import { namedAccounts } from './devnet/accounts.mjs';
import { abi, artifact, creation, decodeError } from './devnet/artifacts.mjs';
import { deployFeeds, submitRounds } from './devnet/feeds.mjs';
import { startNode, stopNode } from './devnet/node.mjs';
import { Sender } from './devnet/sender.mjs';

const COLLATERAL = 1;
const SUPPLY_CAP = 2;
const BORROW_CAP = 3;
const RATES = 4;
const EMODE = 5;
const PRICE_CAP = 6;
const FREEZE = 7;
const RESERVE_FACTOR = 8;
const CATEGORY = [9000n, 9300n, 10200n];
const GAS = { gasLimit: 8000000 };

let passed = 0;
let failed = 0;

function check(name, condition, detail = '')
{
	condition ? passed++ : failed++;
	if (!condition)
		console.log(`not ok - ${name} ${detail}`);
}

const list = (values) => Array.from(values, String).join(' ');
const same = (name, got, want) =>
	check(name, list(got) === list(want), `got ${list(got)}, want ${list(want)}`);

async function refused(name, error, run)
{
	try {
		await run();
		check(name, false, `no ${error}`);
	} catch (caught) {
		const data = caught.data ?? caught.info?.error?.data;
		const reason = data?.length >= 10 ? decodeError({ data }) : caught.message;
		check(name, reason.startsWith(error), `got ${reason}, want ${error}`);
	}
}

/* Tokens, feeds and protocol; power stays with the deployer. */
async function deployAave(node, market)
{
	const accounts = namedAccounts();
	const sender = new Sender(node.rpc);
	await sender.learn(Object.values(accounts));
	const tokens = deployTokens(sender, accounts, market.reserves);
	const feeds = deployFeeds(sender, accounts, market.reserves, tokens[2]);
	const addresses = deployProtocol(sender, accounts, { marketId: market.marketId,
		tokens, feeds: feeds.map(({ proxy }) => proxy),
		treasury: accounts.deployer.address });
	listReserves(sender, accounts, addresses, market, tokens);
	await sender.flush();
	await submitRounds(node.rpc, accounts, market.reserves.map(({ priceE8 }, i) =>
		({ aggregator: feeds[i].aggregator, priceE8 })));
	return { accounts, tokens, feeds, addresses };
}

async function setUp(node, market)
{
	const w = await deployAave(node, market);
	const { accounts, addresses } = w;
	w.provider = new JsonRpcProvider(`http://127.0.0.1:${node.port}`, undefined,
		{ staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 });
	w.signers = Object.fromEntries(Object.entries(accounts).map(([name, { key }]) =>
		[name, new NonceManager(new Wallet(key, w.provider))]));
	const at = (name, address, who = 'deployer') =>
		new Contract(address, abi('aave', name), w.signers[who]);
	w.at = at;
	w.configurator = at('PoolConfiguratorInstance', addresses.configurator);
	w.pool = at('PoolInstance', addresses.pool);
	w.data = at('AaveProtocolDataProvider', addresses.dataProvider);
	w.oracle = at('AaveOracle', addresses.oracle);
	const it = artifact('plimsoll', 'AaveV3Adapter');
	w.adapter = await new ContractFactory(it.abi, it.bytecode, w.signers.deployer)
		.deploy(addresses.provider, accounts.deployer.address);
	await w.adapter.waitForDeployment();
	[w.weth, w.wbtc, , , w.usdc] = w.tokens;
	return w;
}

const mined = async (sent) => (await sent).wait();
const asSteward = (w) => w.adapter.connect(w.signers.agent);
const write = (w, asset, kind, values) =>
	mined(asSteward(w).write(asset, kind, values, GAS));
const tryWrite = (w, asset, kind, values) =>
	asSteward(w).write.staticCall(asset, kind, values, GAS);
const human = (w, method, ...values) => mined(w.configurator[method](...values, GAS));

async function ownership(w)
{
	await refused('no steward yet', 'OnlySteward',
		() => tryWrite(w, w.weth, SUPPLY_CAP, [5]));
	await refused('a stranger sets no steward', 'OwnableUnauthorizedAccount', () =>
		w.adapter.connect(w.signers.stranger).setSteward.staticCall(w.weth));
	await refused('zero steward', 'ZeroValue',
		() => w.adapter.setSteward.staticCall(ZeroAddress));
	await mined(w.adapter.setSteward(w.accounts.agent.address));
	await refused('steward is set once', 'AlreadySet',
		() => w.adapter.setSteward.staticCall(w.weth));
	await refused('the owner is no steward', 'OnlySteward',
		() => w.adapter.write.staticCall(w.weth, SUPPLY_CAP, [5]));
	await refused('without the role', 'CallerNotRiskOrPoolAdmin',
		() => tryWrite(w, w.weth, SUPPLY_CAP, [5]));
	await mined(w.at('ACLManager', w.addresses.aclManager)
		.addRiskAdmin(w.adapter.target));
}

async function collateralOf(w, asset)
{
	const { ltv, liquidationThreshold, liquidationBonus } =
		await w.data.getReserveConfigurationData(asset);
	return [ltv, liquidationThreshold, liquidationBonus];
}

async function ratesOf(w, asset)
{
	const strategy = w.at('DefaultReserveInterestRateStrategyV2',
		w.addresses.rateStrategy);
	return strategy.getInterestRateDataBps(asset);
}

/* Aave's own view of one kind, not the adapter's. */
const VIEWS = {
	[COLLATERAL]: collateralOf,
	[SUPPLY_CAP]: async (w, asset) => [(await w.data.getReserveCaps(asset))[1]],
	[BORROW_CAP]: async (w, asset) => [(await w.data.getReserveCaps(asset))[0]],
	[RATES]: ratesOf,
	[RESERVE_FACTOR]: async (w, asset) =>
		[(await w.data.getReserveConfigurationData(asset)).reserveFactor],
	[FREEZE]: async (w, asset) =>
		[(await w.data.getReserveConfigurationData(asset)).isFrozen ? 1 : 0],
};

async function everyKind(w, market)
{
	for (const [i, asset] of w.tokens.entries()) {
		for (const [kind, view] of Object.entries(VIEWS))
			same(`${market.reserves[i].symbol} kind ${kind} is Aave's`,
				await w.adapter.current(asset, kind), await view(w, asset));
	}
	const { lt, lb, rates } = market.reserves[0];
	same('market.json arrived', await w.adapter.current(w.weth, RATES),
		[rates.optimal, rates.base, rates.slope1, rates.slope2]);
	const writes = [[COLLATERAL, [8050, lt - 50, lb + 100]], [SUPPLY_CAP, [12345]],
		[BORROW_CAP, [2 ** 36 - 1]], [RATES, [8800, 10, 300, 9000]],
		[RESERVE_FACTOR, [1700]], [FREEZE, [1]], [FREEZE, [0]]];
	for (const [kind, values] of writes) {
		const { gasUsed } = await write(w, w.weth, kind, values);
		console.log(`write kind ${kind}: ${gasUsed} gas with calldata`);
		same(`kind ${kind} written`, await VIEWS[kind](w, w.weth), values);
		same(`kind ${kind} read back`, await w.adapter.current(w.weth, kind), values);
	}
}

async function badCalls(w)
{
	const cases = [
		['price cap', 'UnsupportedKind', w.weth, PRICE_CAP, [1, 2, 3]],
		['kind 0', 'UnsupportedKind', w.weth, 0, []],
		['kind 9', 'UnsupportedKind', w.weth, 9, [1]],
		['collateral of two', 'ValueCount', w.weth, COLLATERAL, [1, 2]],
		['cap of two', 'ValueCount', w.weth, SUPPLY_CAP, [1, 2]],
		['rates of three', 'ValueCount', w.weth, RATES, [1, 2, 3]],
		['freeze of none', 'ValueCount', w.weth, FREEZE, []],
		['e-mode of three', 'ValueCount', w.weth, EMODE, [1, 2, 3]],
		['no supply cap', 'ZeroCap', w.weth, SUPPLY_CAP, [0]],
		['no borrow cap', 'ZeroCap', w.weth, BORROW_CAP, [0]],
		['freeze 2', 'ValueRange', w.weth, FREEZE, [2]],
		['rate beyond 16 bits', 'SafeCastOverflowedUintDowncast', w.weth, RATES,
			[65536 + 9000, 0, 1, 2]],
		['cap beyond 36 bits', 'InvalidSupplyCap', w.weth, SUPPLY_CAP, [2n ** 36n]],
		['lt below ltv', 'InvalidReserveParams', w.weth, COLLATERAL,
			[8000, 7000, 10500]],
		['unfreeze unfrozen', 'InvalidFreezeState', w.weth, FREEZE, [0]],
		['unlisted asset', 'NotListed', w.adapter.target, COLLATERAL, [1, 2, 3]],
		['unlisted rates', 'NotListed', w.adapter.target, RATES, [1, 2, 3, 4]],
		['unknown e-mode', 'NotListed', toAsset(9), EMODE, [9, 1, 2, 10001]],
		['no e-mode id', 'NotListed', w.weth, EMODE, [1, 1, 2, 10001]],
	];
	for (const [name, error, asset, kind, values] of cases)
		await refused(name, error, () => tryWrite(w, asset, kind, values));
	await refused('reading a price cap', 'UnsupportedKind',
		() => w.adapter.current(w.weth, PRICE_CAP));
	await refused('reading an unlisted asset', 'NotListed',
		() => w.adapter.current(w.adapter.target, SUPPLY_CAP));
}

const toAsset = (category) => zeroPadValue(toBeHex(category), 20);

/* security.md rule 10: emergency ltv-zero, then any decision. */
async function emergencyLtvZero(w)
{
	const before = await collateralOf(w, w.weth);
	await human(w, 'setReserveLtvzero', w.weth, true);
	same('current is the pending LTV', await w.adapter.current(w.weth, COLLATERAL),
		before);
	for (const values of [before, [7900, 8200, 10500], [0, before[1], before[2]]])
		await refused(`LTV zero, then ${values}`, 'LtvZero',
			() => tryWrite(w, w.weth, COLLATERAL, values));
	const failedWrite = asSteward(w).write(w.weth, COLLATERAL, before, GAS);
	await failedWrite.then((sent) => sent.wait()).then(
		() => check('the transaction reverts', false),
		() => check('the transaction reverts', true));
	w.signers.agent.reset();
	check('pending unchanged', await w.configurator.getPendingLtv(w.weth) === before[0]);
	check('LTV stays 0', (await collateralOf(w, w.weth))[0] === 0n);
	await write(w, w.weth, SUPPLY_CAP, [777]);
	await write(w, w.weth, FREEZE, [1]);
	await write(w, w.weth, FREEZE, [0]);
	check('a freeze and thaw of ours does not end it',
		(await collateralOf(w, w.weth))[0] === 0n
		&& await w.configurator.getPendingLtv(w.weth) === before[0]);
	await human(w, 'setReserveLtvzero', w.weth, false);
	same('what the humans end is as before', await collateralOf(w, w.weth), before);
}

async function frozenReserve(w)
{
	const before = await collateralOf(w, w.weth);
	await human(w, 'setReserveFreeze', w.weth, true);
	await refused('frozen', 'ReserveFrozen',
		() => tryWrite(w, w.weth, COLLATERAL, [7900, 8200, 10500]));
	check('pending unchanged', await w.configurator.getPendingLtv(w.weth) === before[0]);
	await write(w, w.weth, FREEZE, [0]);
	check('no LTV given back that our freeze did not take',
		(await collateralOf(w, w.weth))[0] === 0n);
	check('still pending', await w.configurator.getPendingLtv(w.weth) === before[0]);
	await refused('and no write', 'LtvZero',
		() => tryWrite(w, w.weth, COLLATERAL, before));
}

/* LTV 0 without a pending one: governance took the asset off as collateral. */
async function ltvZeroByDesign(w)
{
	const [, lt, lb] = await collateralOf(w, w.weth);
	await human(w, 'configureReserveAsCollateral', w.weth, 0, lt, lb);
	await refused('LTV from 0', 'LtvZero',
		() => tryWrite(w, w.weth, COLLATERAL, [50, lt, lb]));
	await write(w, w.weth, COLLATERAL, [0, lt - 50n, lb]);
	same('LT moves while LTV stays 0', await collateralOf(w, w.weth),
		[0n, lt - 50n, lb]);
	await refused('still not from 0', 'LtvZero',
		() => tryWrite(w, w.weth, COLLATERAL, [50, lt - 50n, lb]));
}

/* FREEZE as the steward applies it, and the thaw in the opposite order. */
async function freezeAndThaw(w)
{
	const before = await collateralOf(w, w.weth);
	await write(w, w.weth, COLLATERAL, [0, before[1], before[2]]);
	await write(w, w.weth, FREEZE, [1]);
	await refused('no collateral while frozen', 'ReserveFrozen',
		() => tryWrite(w, w.weth, COLLATERAL, before));
	await write(w, w.weth, FREEZE, [0]);
	await refused('another LTV than the one taken', 'LtvZero', () =>
		tryWrite(w, w.weth, COLLATERAL, [before[0] - 1n, before[1], before[2]]));
	await write(w, w.weth, COLLATERAL, before);
	same('thawed', await collateralOf(w, w.weth), before);
	check('nothing remembered', await w.adapter.zeroedLtv(w.weth) === 0n);
}

const ltvzero = async (w, category) =>
	(await w.pool.getEModeCategoryLtvzeroBitmap(category)) & 1n;

/* The FREEZE flag alone: 3.6 gives neither LTV nor e-mode bits back. */
async function freezeAlone(w)
{
	const before = await collateralOf(w, w.weth);
	for (const category of [1, 2, 255]) {
		await human(w, 'setEModeCategory', category, ...CATEGORY, `mode ${category}`);
		await human(w, 'setAssetCollateralInEMode', w.weth, category, true);
	}
	await human(w, 'setAssetLtvzeroInEMode', w.weth, 2, true);
	const frozen = await write(w, w.weth, FREEZE, [1]);
	console.log(`freeze with three e-modes: ${frozen.gasUsed} gas`);
	same('all e-modes zeroed', [await ltvzero(w, 1), await ltvzero(w, 2),
		await ltvzero(w, 255)], [1, 1, 1]);
	const thawed = await write(w, w.weth, FREEZE, [0]);
	console.log(`thaw with three e-modes: ${thawed.gasUsed} gas`);
	same('LTV given back', await collateralOf(w, w.weth), before);
	same('bits given back, but not the one that stood before',
		[await ltvzero(w, 1), await ltvzero(w, 2), await ltvzero(w, 255)], [0, 1, 0]);
}

async function changedWhileFrozen(w)
{
	const [, lt, lb] = await collateralOf(w, w.weth);
	await write(w, w.weth, FREEZE, [1]);
	await human(w, 'configureReserveAsCollateral', w.weth, 4000, lt, lb);
	await write(w, w.weth, FREEZE, [0]);
	check('an LTV that humans changed meanwhile is theirs to give back',
		(await collateralOf(w, w.weth))[0] === 0n
		&& await w.configurator.getPendingLtv(w.weth) === 4000n);
}

async function eMode(w)
{
	await human(w, 'setEModeCategory', 3, ...CATEGORY, 'ether');
	await human(w, 'setAssetCollateralInEMode', w.weth, 3, true);
	await human(w, 'setAssetBorrowableInEMode', w.usdc, 3, true);
	await human(w, 'setAssetLtvzeroInEMode', w.weth, 3, true);
	const bits = () => Promise.all([w.pool.getEModeCategoryCollateralBitmap(3),
		w.pool.getEModeCategoryBorrowableBitmap(3),
		w.pool.getEModeCategoryLtvzeroBitmap(3)]);
	const before = await bits();
	same('e-mode read', await w.adapter.current(toAsset(3), EMODE), [3n, ...CATEGORY]);
	await refused('another id', 'ValueRange',
		() => tryWrite(w, toAsset(3), EMODE, [2, 8900, 9200, 10300]));
	await write(w, toAsset(3), EMODE, [3, 8900, 9200, 10300]);
	same('e-mode written', await w.pool.getEModeCategoryCollateralConfig(3),
		[8900, 9200, 10300]);
	check('label kept', await w.pool.getEModeCategoryLabel(3) === 'ether');
	same('bits kept', await bits(), before);
}

/* A real position: health factor as the pool says, and without debt. */
async function probes(w, market)
{
	const user = w.signers.stranger;
	const { address } = w.accounts.stranger;
	const token = (asset, who) => w.at('TestnetERC20', asset, who);
	const E18 = 10n ** 18n;
	for (const [asset, amount] of [[w.weth, 10n * E18], [w.usdc, 10n ** 12n]]) {
		await mined(token(asset, 'faucet')['mint(address,uint256)'](address, amount));
		await mined(token(asset, 'stranger').approve(w.pool.target, MaxUint256));
	}
	const pool = w.pool.connect(user);
	await mined(pool.supply(w.weth, 10n * E18, address, 0, GAS));
	await mined(pool.supply(w.usdc, 10n ** 11n, address, 0, GAS));
	check('no debt', await w.adapter.healthFactor(address) === MaxUint256);
	await mined(pool.borrow(w.usdc, 10n ** 10n, 2, 0, address, GAS));
	const health = await w.adapter.healthFactor(address);
	check('health factor', health === (await w.pool.getUserAccountData(address))[5]
		&& health > E18 && health < 100n * E18, String(health));
	check('price', await w.adapter.price(w.weth) === BigInt(market.reserves[0].priceE8));
}

const LOGIC = ['getFlashLoanLogic', 'getBorrowLogic', 'getLiquidationLogic',
	'getPoolLogic', 'getSupplyLogic'];

/* The layout of governance/contracts/README.md, put together here again. */
async function expectedFingerprint(w)
{
	const { addresses } = w;
	const words = [id('Plimsoll Aave v3 fingerprint 1'), 31337n, addresses.provider,
		addresses.pool, await w.pool.POOL_REVISION()];
	for (const name of LOGIC)
		words.push(await w.pool[name]());
	words.push(addresses.configurator, await w.configurator.CONFIGURATOR_REVISION(),
		await w.configurator.getConfiguratorLogic(),
		await w.at('PoolAddressesProvider', addresses.provider).getPoolDataProvider(),
		addresses.oracle, await w.oracle.getFallbackOracle());
	for (const asset of await w.pool.getReservesList())
		words.push(asset, await w.oracle.getSourceOfAsset(asset),
			addresses.rateStrategy);
	return keccak256(concat(words.map((word) => zeroPadValue(
		typeof word === 'bigint' ? toBeHex(word) : word, 32))));
}

async function fingerprint(w)
{
	const first = await w.adapter.fingerprint();
	check('layout', first === await expectedFingerprint(w));
	console.log(`fingerprint of ${w.tokens.length} reserves: `
		+ `${await w.adapter.fingerprint.estimateGas()} gas as a transaction`);
	await write(w, w.weth, SUPPLY_CAP, [4242]);
	check('parameters do not change it', await w.adapter.fingerprint() === first);
	await mined(w.oracle.setAssetSources([w.wbtc], [w.feeds[0].proxy]));
	const second = await w.adapter.fingerprint();
	check('an oracle source does', second !== first
		&& second === await expectedFingerprint(w));
	await mined(w.oracle.setFallbackOracle(w.oracle.target));
	const third = await w.adapter.fingerprint();
	check('the fallback oracle does', third !== second);
	await mined(w.at('PoolAddressesProvider', w.addresses.provider)
		.setPoolDataProvider(w.weth));
	check('the data provider does', await w.adapter.fingerprint() !== third);
}

/*
 * An upgrade of the configurator: the same sources linked to another copy of
 * their library. Aave refuses a revision it has seen, so the proxy (its slot 0)
 * is made to forget.
 */
async function upgrade(w)
{
	const before = await w.adapter.fingerprint();
	const provider = w.at('PoolAddressesProvider', w.addresses.provider);
	const deploy = async (name, known) => (await mined(w.signers.deployer
		.sendTransaction({ data: creation(artifact('aave', name), [], known),
			gasLimit: 16000000 }))).contractAddress;
	const library = await deploy('ConfiguratorLogic', {});
	const next = await deploy('PoolConfiguratorInstance',
		{ ConfiguratorLogic: library });
	await refused('the same revision is refused by Aave', 'execution reverted', () =>
		provider.setPoolConfiguratorImpl.staticCall(next));
	await w.provider.send('anvil_setStorageAt', [w.configurator.target, toBeHex(0, 32),
		toBeHex(6, 32)]);
	await mined(provider.setPoolConfiguratorImpl(next, GAS));
	const after = await w.adapter.fingerprint();
	check('an upgrade changes it', after !== before
		&& after === await expectedFingerprint(w)
		&& await w.configurator.getConfiguratorLogic() === library);
}

/* Each part starts from the same chain. */
async function runParts(w, market)
{
	const parts = { everyKind, badCalls, emergencyLtvZero, frozenReserve,
		ltvZeroByDesign, freezeAndThaw, freezeAlone, changedWhileFrozen, eMode,
		probes, fingerprint, upgrade };
	for (const [name, run] of Object.entries(parts)) {
		const snapshot = await w.provider.send('evm_snapshot', []);
		try {
			await run(w, market);
		} catch (error) {
			check(name, false, error.shortMessage ?? error.message);
		}
		await w.provider.send('evm_revert', [snapshot]);
		for (const signer of Object.values(w.signers))
			signer.reset();
	}
}

async function main()
{
	await compile(['aave', 'feeds', 'plimsoll']);
	const market = JSON.parse(readFileSync(
		new URL('./devnet/market.json', import.meta.url), 'utf8'));
	const folder = mkdtempSync(join(tmpdir(), 'plimsoll-adapter-'));
	const log = join(folder, 'anvil.log');
	const node = await startNode({ time_s: Math.floor(Date.now() / 1000), log });
	try {
		const w = await setUp(node, market);
		await ownership(w);
		await runParts(w, market);
		w.provider.destroy();
	} catch (error) {
		check('set-up', false, error.stack);
	} finally {
		await stopNode(node);
		rmSync(folder, { recursive: true });
	}
	console.log(`adapter: ${passed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

await main();
