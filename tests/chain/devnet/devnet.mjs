/*
 * devnet.mjs -- brings the local chain up and down: node, market from the
 * cache or deployed, clock and prices as asked, DIR/devnet.json.  The library
 * behind up.mjs and down.mjs; tests call it directly.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../../../setup/solc/compile.mjs';
import { deployMarket } from './deploy.mjs';
import { setPrices } from './feeds.mjs';
import { CHAIN_ID, guard, startNode, stopNode } from './node.mjs';
import { Rpc } from './rpc.mjs';
import { loadState, saveState, stateKey } from './state.mjs';

const MARKET = fileURLToPath(new URL('./market.json', import.meta.url));
const DEPLOY_S = 3600;	/* the market is opened so long before the time wanted */
const ANCHORS = 64;	/* blocks mined after loading: see settle() */

const fileOf = (dir) => join(dir, 'devnet.json');

/** Reads DIR/devnet.json; throws an Error that says what to run. */
export function readDevnet(dir)
{
	if (!existsSync(fileOf(dir)))
		throw new Error(`no devnet.json in ${dir}: run up.mjs --dir ${dir}`);
	return JSON.parse(readFileSync(fileOf(dir), 'utf8'));
}

export function writeDevnet(dir, devnet)
{
	writeFileSync(fileOf(dir), JSON.stringify(devnet, null, 2) + '\n',
		{ mode: 0o600 });
}

/** An Rpc of a devnet. */
export const connect = (devnet) => new Rpc(devnet.rpc);

/** market.json with some prices replaced; throws for an unknown symbol. */
export function marketWith(prices = {})
{
	const market = JSON.parse(readFileSync(MARKET, 'utf8'));
	for (const [symbol, priceE8] of Object.entries(prices)) {
		const reserve = market.reserves.find((it) => it.symbol === symbol);
		if (!reserve)
			throw new Error(`no reserve "${symbol}" in the market`);
		if (!/^[1-9][0-9]{0,15}$/.test(String(priceE8)))
			throw new Error(`price of ${symbol} must be a whole number of `
				+ `1e-8 USD: "${priceE8}"`);
		reserve.priceE8 = String(priceE8);
	}
	return market;
}

async function deployAndSave(rpc, key, market, say)
{
	const deployed = await deployMarket(rpc, market, say);
	const saved = { time_s: await rpc.timestamp(), market: deployed,
		dump: await rpc.call('anvil_dumpState') };
	saveState(key, saved);
	return deployed;
}

/*
 * Brings the clock to the time wanted and gives every feed a fresh round.
 * A node that loaded a dump answers BLOCKHASH wrongly for blocks of the dump,
 * so some blocks are mined for decisions to anchor in.
 */
async function settle(rpc, devnet, { market, time_s })
{
	const start_s = Math.max(time_s - ANCHORS - 10, await rpc.timestamp() + 1);
	await rpc.setTime(start_s);
	await rpc.mine(ANCHORS, 1);
	await setPrices(rpc, devnet, Object.fromEntries(
		market.reserves.map(({ symbol, priceE8 }) => [symbol, priceE8])));
	await rpc.setTime(Math.max(time_s, await rpc.timestamp() + 1));
}

async function fill(node, { key, market, time_s, saved, say })
{
	if (saved)
		await node.rpc.call('anvil_loadState', saved.dump);
	const devnet = { rpc: node.rpc.url, pid: node.pid, port: node.port,
		chainId: CHAIN_ID, ...(saved ? saved.market
			: await deployAndSave(node.rpc, key, market, say)) };
	await settle(node.rpc, devnet, { market, time_s });
	return devnet;
}

/**
 * Brings a devnet up in `dir` and returns what devnet.json holds.
 * options: {port, prices: {symbol: priceE8}, time_s, cold, say}; time_s is the
 * chain's time once up (now), cold ignores the cache.  On failure the node is
 * ended before the Error is thrown.
 * Cost: 0.5 s from the cache, 4 s deployed, 25 s more when Aave is compiled.
 */
export async function up(dir, options = {})
{
	const { port = 0, prices, cold = false, say = () => {} } = options;
	const time_s = options.time_s ?? Math.floor(Date.now() / 1000);
	const market = marketWith(prices);
	const key = stateKey(await compile(['aave', 'governor', 'feeds']), market);
	const saved = cold ? null : loadState(key, time_s);
	mkdirSync(dir, { recursive: true });
	if (existsSync(fileOf(dir)))
		await down(dir);
	const node = await startNode({ port, log: resolve(dir, 'anvil.log'),
		time_s: saved ? saved.time_s : time_s - DEPLOY_S });
	const release = guard(node);
	try {
		const devnet = await fill(node, { key, market, time_s, saved, say });
		devnet.fromCache = saved !== null;
		writeDevnet(dir, devnet);
		return devnet;
	} catch (error) {
		await stopNode(node);
		throw error;
	} finally {
		release();
	}
}

/** Ends the node of `dir`; true when it was running. */
export function down(dir)
{
	return stopNode(readDevnet(dir));
}
