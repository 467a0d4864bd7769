/*
 * test_devnet.mjs -- the local chain is what it claims: the real Aave with the
 * market of market.json, live feeds, positions, and nobody but governance in
 * power.  Starts a devnet of its own in a temporary folder and ends it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { id, ZeroHash } from 'ethers';
import { Sender, abi, configureSteward, connect, decodeError, deploySteward, down,
	formatTable, govern, guard, marketWith, readAccounts, readTable, setPrice, up }
	from './devnet/index.mjs';

const tests = [];
const test = (name, run) => tests.push({ name, run });
const near = (value, wanted, share) =>
	assert.ok(Math.abs(value / wanted - 1) <= share, `${value} is not ${wanted}`);

test('configuration read through Aave\'s data provider', async ({ rpc, devnet }) => {
	const rows = await readTable(rpc, devnet);
	console.log(formatTable(rows));
	assert.deepEqual(rows.map(({ symbol }) => symbol),
		['WETH', 'WBTC', 'LINK', 'CRV', 'USDC']);
	marketWith().reserves.forEach((wanted, i) => {
		for (const name of ['ltv', 'lt', 'lb', 'reserveFactor'])
			assert.equal(rows[i][name], wanted[name], `${wanted.symbol} ${name}`);
		for (const name of ['optimal', 'base', 'slope1', 'slope2'])
			assert.equal(rows[i][name], wanted.rates[name]);
		assert.ok(rows[i].supplyCap > rows[i].supply && rows[i].supply > 0);
		assert.ok(rows[i].borrowCap > rows[i].debt && rows[i].debt > 0);
		near(rows[i].supplyCap, rows[i].supply * wanted.supplyCapOfUse, 0.12);
		assert.equal(rows[i].frozen, false);
		assert.equal(rows[i].price, Number(wanted.priceE8) / 1e8);
	});
});

test('a round of the oracles moves Aave\'s price', async ({ rpc, devnet }) => {
	const [before] = await readTable(rpc, devnet);
	await setPrice(rpc, devnet, 'WETH', 179000000000n);
	assert.equal((await readTable(rpc, devnet))[0].price, 1790);
	const flux = abi('feeds', 'FluxAggregator');
	const round = await rpc.read(devnet.reserves[0].aggregator, flux,
		'latestRoundData');
	assert.equal(round.answer, 179000000000n);
	assert.ok(await rpc.timestamp() - Number(round.updatedAt) < 60);
	await setPrice(rpc, devnet, 'WETH', BigInt(before.price * 1e8));
});

test('one oracle alone makes no answer', async ({ rpc, devnet }) => {
	const { aggregator } = devnet.reserves[1];
	const flux = abi('feeds', 'FluxAggregator');
	const latest = async () =>
		(await rpc.read(aggregator, flux, 'latestRound'))[0];
	const before = await latest();
	const sender = new Sender(rpc);
	await sender.learn([devnet.accounts.oracle1, devnet.accounts.stranger]);
	sender.invoke(devnet.accounts.oracle1, aggregator, flux, 'submit',
		[before + 1n, 1n], 600000);
	await sender.flush();
	assert.equal(await latest(), before);
	sender.invoke(devnet.accounts.stranger, aggregator, flux, 'submit',
		[before + 1n, 1n], 600000);
	await assert.rejects(sender.flush(), /not enabled oracle/);
});

test('at least 200 positions, health factors from 1.02 to 5', async (it) => {
	const accounts = await readAccounts(it.rpc, it.devnet);
	assert.ok(new Set(it.devnet.positions).size >= 200);
	const borrowers = accounts.filter(({ debt }) => debt > 0);
	assert.ok(borrowers.length >= 200, `${borrowers.length} borrowers`);
	assert.ok(accounts.length - borrowers.length >= 20, 'pure suppliers');
	const health = borrowers.map(({ healthFactor }) => healthFactor);
	histogram(health);
	assert.ok(Math.min(...health) > 1.01 && Math.min(...health) < 1.04);
	assert.ok(Math.max(...health) > 4 && Math.max(...health) < 5.1);
	assert.ok(health.filter((h) => h < 1.1).length >= 30);
	const debts = borrowers.map(({ debt }) => debt);
	assert.ok(Math.min(...debts) < 100 && Math.max(...debts) > 1e6);
});

function histogram(health)
{
	const edges = [1, 1.05, 1.1, 1.2, 1.3, 1.5, 2, 3, 5.1];
	for (let i = 0; i + 1 < edges.length; i++) {
		const n = health.filter((h) => h >= edges[i] && h < edges[i + 1]).length;
		console.log(`  health ${edges[i].toFixed(2)}-${edges[i + 1].toFixed(2)} `
			+ `${String(n).padStart(4)} ${'#'.repeat(Math.round(n / 2))}`);
	}
}

test('the deployer holds no power', async ({ rpc, devnet }) => {
	const { aclManager, provider } = devnet.addresses;
	const acl = abi('aave', 'ACLManager');
	const roles = [ZeroHash, ...['POOL_ADMIN', 'RISK_ADMIN', 'EMERGENCY_ADMIN',
		'ASSET_LISTING_ADMIN', 'FLASH_BORROWER', 'BRIDGE'].map(id)];
	const has = async (role, address) =>
		(await rpc.read(aclManager, acl, 'hasRole', role, address))[0];
	for (const role of roles)
		assert.equal(await has(role, devnet.accounts.deployer.address), false);
	assert.ok(await has(ZeroHash, devnet.timelock));
	assert.ok(await has(id('POOL_ADMIN'), devnet.timelock));
	assert.ok(await has(id('EMERGENCY_ADMIN'), devnet.accounts.guardian.address));
	const owner = await rpc.read(provider,
		abi('aave', 'PoolAddressesProvider'), 'owner');
	assert.equal(owner[0], devnet.timelock);
	const timelock = abi('governor', 'DevTimelock');
	for (const role of [ZeroHash, id('PROPOSER_ROLE'), id('CANCELLER_ROLE')]) {
		const [held] = await rpc.read(devnet.timelock, timelock, 'hasRole', role,
			devnet.accounts.deployer.address);
		assert.equal(held, false);
	}
});

test('the deployer cannot change a cap', async ({ rpc, devnet }) => {
	const configurator = abi('aave', 'PoolConfiguratorInstance');
	const call = rpc.call('eth_call', { from: devnet.accounts.deployer.address,
		to: devnet.addresses.configurator, data: configurator.encodeFunctionData(
			'setSupplyCap', [devnet.reserves[0].address, 1]) }, 'latest');
	await assert.rejects(call, (error) =>
		decodeError(error) === 'CallerNotRiskOrPoolAdmin()');
});

test('the Governor changes a cap', async ({ rpc, devnet }) => {
	const [before] = await readTable(rpc, devnet);
	const configurator = abi('aave', 'PoolConfiguratorInstance');
	await govern(rpc, devnet, { targets: [devnet.addresses.configurator],
		values: [0], description: 'Lower the supply cap of WETH by one',
		calldatas: [configurator.encodeFunctionData('setSupplyCap',
			[devnet.reserves[0].address, before.supplyCap - 1])] });
	const [after] = await readTable(rpc, devnet);
	assert.equal(after.supplyCap, before.supplyCap - 1);
});

test('our contracts are installed and configured by the Governor', async (it) => {
	const { rpc, devnet } = it;
	const ready = await deploySteward(rpc, devnet);
	const { steward, registry, adapter } = ready.addresses;
	const ours = (name) => abi('plimsoll', name);
	for (const [address, name] of [[steward, 'RiskSteward'],
		[registry, 'EnclaveRegistry'], [adapter, 'AaveV3Adapter']])
		assert.equal((await rpc.read(address, ours(name), 'owner'))[0],
			devnet.timelock, name);
	const [risk] = await rpc.read(devnet.addresses.aclManager,
		abi('aave', 'ACLManager'), 'isRiskAdmin', adapter);
	assert.ok(risk);
	const policyHash = id('policy');
	const image = { imageId: id('image'), family: id('family'), version: 1,
		modelHash: id('model'), policyHash };
	await configureSteward(rpc, ready,
		{ policyHash, state: id('state'), images: [image] });
	const [config] = await rpc.read(steward, ours('RiskSteward'), 'marketConfig',
		ready.market);
	assert.equal(config.adapter, adapter);
	assert.equal(config.policyHash, policyHash);
	for (const { address } of devnet.reserves)
		for (const kind of [1, 2, 3, 4]) {
			const [limit] = await rpc.read(steward, ours('RiskSteward'),
				'limitsOf', ready.market, address, kind);
			assert.ok(limit.set && limit.window > 0n);
		}
	const found = await rpc.read(registry, ours('EnclaveRegistry'), 'images',
		image.imageId);
	assert.equal(found.version, 1n);
	const [current] = await rpc.read(adapter, ours('AaveV3Adapter'), 'current',
		devnet.reserves[0].address, 1);
	assert.deepEqual([...current], [8050n, 8300n, 10500n]);
});

test('the chain runs at the time asked', async ({ rpc, time_s }) => {
	const now = await rpc.timestamp();
	assert.ok(now >= time_s && now < time_s + 3600, `${now}`);
});

/* How many Borrow events the node still knows. */
async function borrowLogs(devnet)
{
	const topic = abi('aave', 'PoolInstance').getEvent('Borrow').topicHash;
	const logs = await connect(devnet).call('eth_getLogs', { fromBlock: '0x0',
		address: devnet.addresses.pool, topics: [topic] });
	return logs.length;
}

test('the cache gives the same addresses and logs', async (it) => {
	const { devnet, dir, time_s } = it;
	const warm = await up(join(dir, 'warm'), { time_s });
	let logs;
	try {
		logs = await borrowLogs(warm);
	} finally {
		await down(join(dir, 'warm'));
	}
	assert.equal(warm.fromCache, true);
	assert.ok(logs >= 200, `${logs} borrows`);
	assert.equal(logs, await borrowLogs(devnet));
	assert.deepEqual(warm.addresses, devnet.addresses);
	assert.deepEqual(warm.positions, devnet.positions);
	assert.notEqual(warm.pid, devnet.pid);
});

test('wrong prices are refused', async ({ dir }) => {
	await assert.rejects(up(join(dir, 'bad'), { prices: { WETH: '-1' } }),
		/whole number/);
	await assert.rejects(up(join(dir, 'bad'), { prices: { DOGE: '1' } }),
		/no reserve "DOGE"/);
});

test('a port in use is refused', async ({ devnet, dir }) => {
	await assert.rejects(up(join(dir, 'taken'), { port: devnet.port }),
		/EADDRINUSE/);
});

async function runAll(context)
{
	let failed = 0;
	for (const { name, run } of tests) {
		try {
			await run(context);
			console.log(`ok   ${name}`);
		} catch (error) {
			failed++;
			console.log(`FAIL ${name}\n${error.stack}`);
		}
	}
	return failed;
}

const dir = mkdtempSync(join(tmpdir(), 'devnet-'));
const time_s = Math.floor(Date.now() / 1000);
let failed = tests.length;
try {
	const devnet = await up(dir, { time_s, cold: true });
	guard(devnet);
	failed = await runAll({ devnet, rpc: connect(devnet), dir, time_s });
	await down(dir);
} catch (error) {
	console.log(`FAIL devnet: ${error.stack}`);
} finally {
	rmSync(dir, { recursive: true, force: true });
}
console.log(`devnet: ${tests.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
