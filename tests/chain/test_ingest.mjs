/*
 * test_ingest.mjs [SEED] -- `plimsoll ingest` reads the aggregators of a local
 * chain while their oracles submit rounds, and is killed and started again in
 * between: every round from its first look on is stored exactly once, with the
 * answer, time and block of its log.  Starts a devnet, a store and the reader of
 * its own in a temporary folder and ends them.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, chmodSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Sender, abi, connect, down, guard, hex, setPrices, sleep, up } from './devnet/index.mjs';
import { Random } from './random.mjs';

const PLIMSOLL = resolve(process.env.PLIMSOLL ?? 'build/release/plimsoll');
const PSQL = '/usr/lib/postgresql/15/bin/psql';
const SUBMISSIONS = 24;	/* times that oracles submit, to some feeds each */
const ENDS = 5;		/* times that the reader ends in between */
const WAIT_MS = 20000;
const seed = process.argv[2] ?? String(Date.now());
const random = new Random(seed);
const dir = mkdtempSync(join(tmpdir(), 'ingest-chain-'));
const home = join(dir, 'home');
const log = abi('feeds', 'FluxAggregator').getEvent('AnswerUpdated');

const plimsoll = (...args) => execFileSync(PLIMSOLL, args,
	{ encoding: 'utf8', env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });

function environment()
{
	const { PLIMSOLL_DB, ...rest } = process.env;
	return { ...rest, PLIMSOLL_HOME: home };
}

/* --- the store --- */

function query(sql)
{
	const { socket } = JSON.parse(plimsoll('db', 'status', '--json'));
	return execFileSync(PSQL, ['-XAtq', '-h', socket, '-U', 'plimsoll', '-d', 'plimsoll',
		'-c', sql], { encoding: 'utf8' }).trim();
}

const storedCount = () => Number(query('SELECT count(*) FROM plimsoll.observations'));

/* What is stored, as texts "asset round time answer block". */
const storedRows = () => query(`SELECT asset || ' ' || round || ' '
	|| extract(epoch FROM source_time)::bigint || ' ' || round(value * 1e8) || ' ' || block
	FROM plimsoll.observations o JOIN plimsoll.feeds f ON f.id = o.feed_id
	WHERE source = 'devnet' AND kind = 'rounds'`).split('\n').filter(Boolean);

/* --- the reader --- */

let reader = null;

function startReader()
{
	const said = openSync(join(dir, 'ingest.log'), 'a');
	reader = spawn(PLIMSOLL, ['ingest', '--feeds', join(dir, 'feeds.ini')],
		{ env: environment(), stdio: ['ignore', said, said] });
	reader.ended = new Promise((end) => reader.on('exit', (code, signal) =>
		end(signal ?? code)));
}

async function endReader(signal)
{
	reader.kill(signal);
	const ended = await reader.ended;
	reader = null;
	return ended;
}

process.on('exit', () => reader?.kill('SIGKILL'));

async function waitFor(what, holds)
{
	for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(100))
		if (holds())
			return;
	throw new Error(`not within ${WAIT_MS / 1000} s: ${what}`);
}

/* --- the chain --- */

const feedsText = (devnet) => '[devnet]\nkind = chainlink\nevery_s = 1\n'
	+ `url = ${devnet.rpc}\nchain_id = ${devnet.chainId}\n`
	+ devnet.reserves.map(({ symbol, feed }) => `feed = ${symbol}/USD ${feed}\n`).join('');

/* All answers there ever were: {asset, block, name: "asset round time answer"}.  Of
 * a round that was answered twice within a block the last word counts. */
async function answersOnChain(rpc, devnet)
{
	const assets = new Map(devnet.reserves.map(({ aggregator, symbol }) =>
		[aggregator.toLowerCase(), symbol]));
	const logs = await rpc.call('eth_getLogs', { fromBlock: '0x0',
		address: [...assets.keys()], topics: [log.topicHash] });
	const answers = new Map();
	for (const { address, topics, data, blockNumber } of logs) {
		const asset = assets.get(address), round = (1n << 64n) + BigInt(topics[2]);
		const moment = `${asset} ${round} ${BigInt(data)}`;
		answers.delete(moment);
		answers.set(moment, { asset, block: Number(blockNumber),
			name: `${moment} ${BigInt(topics[1])}` });
	}
	return [...answers.values()];
}

/* A round in which each oracle says something else: the second makes an answer,
 * the third changes it, in the same block or in a later one. */
async function submitApart(rpc, devnet, { aggregator }, price)
{
	const flux = abi('feeds', 'FluxAggregator');
	const oracles = [1, 2, 3].map((n) => devnet.accounts[`oracle${n}`]);
	const sender = new Sender(rpc), together = random.chance(50);
	await sender.learn(oracles);
	const [latest] = await rpc.read(aggregator, flux, 'latestRound');
	for (const [i, oracle] of oracles.entries()) {
		sender.invoke(oracle, aggregator, flux, 'submit',
			[latest + 1n, price * (10000n + 7n * BigInt(i)) / 10000n], 600000);
		if (together)
			continue;
		/* a node may give two blocks one time; Ethereum does not */
		await rpc.call('evm_setNextBlockTimestamp', hex(await rpc.timestamp() + 1));
		await sender.flush();
	}
	await sender.flush();
}

/* Rounds of some feeds, each a little away from its last answer. */
async function submitSome(rpc, devnet, prices)
{
	const [apart, ...chosen] = random.sample(devnet.reserves, 1 + Number(random.below(5)));
	for (const { symbol } of [apart, ...chosen])
		prices[symbol] = prices[symbol] * (9970n + random.below(61n)) / 10000n;
	await submitApart(rpc, devnet, apart, prices[apart.symbol]);
	await setPrices(rpc, devnet, Object.fromEntries(chosen.map(({ symbol }) =>
		[symbol, prices[symbol]])));
	await rpc.mine(Number(random.below(4)) || 1);
}

async function firstPrices(rpc, devnet)
{
	const flux = abi('feeds', 'FluxAggregator');
	const rounds = await rpc.readMany(devnet.reserves.map(({ aggregator }) =>
		({ to: aggregator, abi: flux, name: 'latestRoundData' })));
	return Object.fromEntries(devnet.reserves.map(({ symbol }, i) =>
		[symbol, rounds[i].answer]));
}

/* The whole of it: rounds come, the reader comes and goes. */
async function run(rpc, devnet)
{
	const ends = new Set(random.sample([...Array(SUBMISSIONS).keys()].slice(1, -1), ENDS));
	const prices = await firstPrices(rpc, devnet);

	startReader();
	await waitFor('a first look at every feed', () => storedCount() >= devnet.reserves.length);
	for (let i = 0; i < SUBMISSIONS; i++) {
		await submitSome(rpc, devnet, prices);
		if (ends.has(i)) {
			await sleep(Number(random.below(600n)));
			await endReader('SIGKILL');
			for (let missed = 1 + Number(random.below(3)); missed > 0; missed--)
				await submitSome(rpc, devnet, prices);
			startReader();
		}
		await sleep(Number(random.below(500n)));
	}
	return prices;
}

/* Every answer since the first look, in the words of storedRows. */
function expectedRows(answers, stored)
{
	const blockOf = new Map(stored.map((row) => {
		const at = row.lastIndexOf(' ');
		return [row.slice(0, at), Number(row.slice(at + 1))];
	}));
	const looked = Math.min(...blockOf.values());
	const before = answers.filter(({ block }) => block <= looked);
	/* Of a round older than the look only the newest is seen, at its block. */
	const first = [...new Map(before.map(({ asset, name }) => [asset, name])).values()]
		.map((name) => `${name} ${looked}`);
	const later = answers.filter(({ block }) => block > looked)
		.map(({ name, block }) => `${name} ${block}`);
	return { first, later: [...new Set(later)] };
}

let passed = 0, failed = 0;

function check(name, holds)
{
	try {
		holds();
		passed++;
	} catch (error) {
		failed++;
		console.log(`not ok - ${name}: ${error.message}`);
	}
}

async function judge(rpc, devnet)
{
	const stored = storedRows();
	const answers = await answersOnChain(rpc, devnet);
	const { first, later } = expectedRows(answers, stored);
	const missing = later.filter((row) => !stored.includes(row));
	const wrong = stored.filter((row) => !later.includes(row) && !first.includes(row));
	console.log(`  ${later.length} rounds since the first look, ${stored.length} rows stored`);
	check('rounds were submitted', () => assert.ok(later.length >= SUBMISSIONS));
	check('the first look at every feed', () =>
		assert.deepEqual(first.filter((row) => !stored.includes(row)), []));
	check('every round is stored, with its answer, time and block', () =>
		assert.deepEqual(missing, []));
	check('nothing else is stored', () => assert.deepEqual(wrong, []));
	check('nothing twice', () => assert.equal(new Set(stored).size, stored.length));
	check('nobody said otherwise', () =>
		assert.equal(query('SELECT count(*) FROM plimsoll.disagreements'), '0'));
	check('no round was rejected', () => assert.equal(
		query("SELECT count(*) FROM plimsoll.observations WHERE verdict = 'rejected'"), '0'));
}

async function whole(devnet)
{
	const rpc = connect(devnet);

	writeFileSync(join(dir, 'feeds.ini'), feedsText(devnet));
	plimsoll('db', 'up');
	await run(rpc, devnet);
	await sleep(500);
	const wanted = new Set((await answersOnChain(rpc, devnet)).slice(-1).map(({ name }) => name));
	await waitFor('the last round', () => storedRows().some((row) =>
		wanted.has(row.slice(0, row.lastIndexOf(' ')))));
	const ended = await endReader('SIGINT');
	check('interrupted', () => assert.equal(ended, 130));
	await judge(rpc, devnet);
}

try {
	console.log(`seed ${seed}`);
	chmodSync(dir, 0o755);
	mkdirSync(home);
	const devnet = await up(join(dir, 'chain'));
	guard(devnet);
	await whole(devnet);
	await down(join(dir, 'chain'));
} catch (error) {
	failed++;
	console.log(`not ok - ${error.stack}`);
	try {
		console.log(execFileSync('tail', ['-5', join(dir, 'ingest.log')], { encoding: 'utf8' }));
	} catch { /* it never began */ }
} finally {
	reader?.kill('SIGKILL');
	try {
		plimsoll('db', 'down');
	} catch { /* it never began */ }
	rmSync(dir, { recursive: true, force: true });
}
console.log(`ingest-chain: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
