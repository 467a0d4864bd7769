/*
 * feed_answers.mjs -- what the real APIs answer, in their documented shapes, of
 * the prices in feed_prices.mjs: candles of three exchanges, Hermes and RedStone's
 * gateway with messages that are really signed.  No sockets, no faults of
 * transport; a door's settings say where an answer lies (see feed_server.mjs).
 */
import { getBytes, hexlify, toUtf8String } from 'ethers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { candle, price } from './feed_prices.mjs';
import { base64, number, pythPrice, pythUpdate, redstoneGateway } from './signed_messages.mjs';

const REDSTONE_STEP_S = 10;
const STRANGER = 5;	/* of signed_messages' keys: nobody's signer */
const json = (value, code = 200) => ({ code, body: JSON.stringify(value) });

/* --- candles --- */

/* Open times in [from, to], at most `most`, ascending. */
function times(from, to, step, most)
{
	const out = [];

	for (let t = Math.ceil(from / step) * step; t <= to && out.length < most; t += step)
		out.push(t);
	return out;
}

const moved = (text, door) => door.factor ? (Number(text) * door.factor).toFixed(6) : text;

/* [[open time, candle]], without the bars that were not traded. */
const bars = (venue, { product, step, door }, list) => list
	.map((t) => [t, candle(venue, product, t, step)])
	.filter(([, bar]) => bar)
	.map(([t, bar]) => [t, door.lie === 'upside-down'
		? { ...bar, low: bar.high, high: bar.low }
		: { ...bar, ...Object.fromEntries(['open', 'high', 'low', 'close']
			.map((name) => [name, moved(bar[name], door)])) }]);

const BINANCE = { '1m': 60, '5m': 300, '15m': 900, '30m': 1800, '1h': 3600, '4h': 14400, '1d': 86400 };

function binance({ query, door, now_s })
{
	const product = query.get('symbol'), step = BINANCE[query.get('interval')];
	const limit = Math.min(Number(query.get('limit') ?? 500), 1000);
	const from = query.get('startTime') / 1000, to = query.get('endTime') / 1000;

	if (!step || product.startsWith('NOSUCH'))
		return json({ code: -1121, msg: 'Invalid symbol.' }, 400);
	return json(bars('binance', { product, step, door },
		times(from, Math.min(to, now_s), step, limit)).map(([t, bar]) =>
		[t * 1000, bar.open, bar.high, bar.low, bar.close, bar.volume,
			(t + step) * 1000 - 1, '0', 1, '0', '0', '0']));
}

function coinbase({ path, query, door, now_s })
{
	const product = path.split('/')[2], step = Number(query.get('granularity'));
	const [from, to] = ['start', 'end'].map((name) => Date.parse(query.get(name)) / 1000);

	if (product.startsWith('NOSUCH'))
		return json({ message: 'NotFound' }, 404);
	if ((to - from) / step >= 300)
		return json({ message: 'granularity too small for the requested time range' }, 400);
	return json(bars('coinbase', { product, step, door },
		times(from, Math.min(to, now_s), step, 300)).reverse().map(([t, bar]) =>
		[t, ...[bar.low, bar.high, bar.open, bar.close, bar.volume].map(Number)]));
}

function kraken({ query, door, now_s })
{
	const product = query.get('pair'), step = Number(query.get('interval')) * 60;
	const open = Math.floor(now_s / step) * step;
	const from = Math.max(Number(query.get('since') ?? 0) + 1, open - 719 * step);

	if (product.startsWith('NOSUCH'))
		return json({ error: ['EQuery:Unknown asset pair'] });
	return json({ error: [], result: { last: open - step,
		['X' + product]: bars('kraken', { product, step, door }, times(from, open, step, 720))
			.map(([t, bar]) => [t, bar.open, bar.high, bar.low, bar.close, '0',
				bar.volume, 7]) } });
}

/* --- signed prices --- */

const scaled = (asset, time_s, door) =>
	BigInt(Math.round(price(asset, time_s) * (door.factor || 1) * 1e8));

/* An answer is signed once, not for everyone who asks. */
const made = new Map();

function once(key, make)
{
	if (made.size > 1000)
		made.clear();
	if (!made.has(key))
		made.set(key, make());
	return made.get(key);
}

/* A feed's id is its name in ASCII, with zeros in front. */
const nameOfId = (id) => toUtf8String('0x' + id.replace(/^0x/, '').replace(/^(00)+/, ''));

function pythBinary(ids, { door, now_s })
{
	const time_s = now_s - (door.lie === 'stale' ? 86400 : 0);
	const update = pythUpdate(ids.map((id) => pythPrice('0x' + id.replace(/^0x/, ''), {
		price: scaled(nameOfId(id), time_s, door), confidence: 1000000n, time_s })),
	{ set: 1, count: 5, first: door.lie === 'forged' ? 1 : 0 }, time_s);
	if (door.lie !== 'unproven')
		return update;
	const bytes = getBytes(update);
	bytes[bytes.length - 60] ^= 1;
	return hexlify(bytes);
}

function pyth(asked)
{
	const ids = asked.query.getAll('ids[]');
	const missing = ids.filter((id) => nameOfId(id).startsWith('NOSUCH'));

	if (missing.length || !ids.length)
		return { code: 404, body: `Price ids not found: ${missing.join(', ')}` };
	const update = once(`${asked.now_s} ${asked.door.lie} ${asked.door.factor} ${ids}`,
		() => pythBinary(ids, asked));
	return json({ binary: { encoding: 'hex', data: [update.slice(2)] }, parsed: null });
}

const DEFAULT_FEEDS = ['ETH', 'BTC', 'USDC', 'LINK'];

/* S3 to S9 for S3-9. */
function range(word)
{
	const [, name, first, last] = /^(.*[A-Z])(\d+)-(\d+)$/.exec(word) ?? [];

	return name === undefined ? [word] : Array.from({ length: last - first + 1 },
		(_, i) => name + (Number(first) + i));
}

/* The feeds of a service are in its name, `made.ETH.S3-9`, or those of a default. */
const feedsOf = (service) => service.includes('.')
	? service.split('.').slice(1).flatMap(range) : DEFAULT_FEEDS;

function redstoneFeed(feed, { door, now_s })
{
	const time_s = now_s - now_s % REDSTONE_STEP_S - (door.lie === 'stale' ? 86400 : 0);
	const middle = scaled(feed, time_s, door);
	const values = [-1n, 0n, 1n].map((step, i) =>
		[door.lie === 'forged' && i === 1 ? STRANGER : i, middle + step * (middle / 10000n)]);

	return redstoneGateway(feed, values, time_s * 1000);
}

function redstone(asked)
{
	const feeds = feedsOf(asked.path.split('/').at(-1));
	const slot = Math.floor(asked.now_s / REDSTONE_STEP_S);

	return json(Object.fromEntries(feeds.map((feed) => [feed,
		once(`${slot} ${asked.door.lie} ${asked.door.factor} ${feed}`,
			() => redstoneFeed(feed, asked))])));
}

/* --- recorded answers --- */

/** The bodies recorded in a folder, by the path that asks for them. */
export function recordedAnswers(folder)
{
	const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
	const hex = (name) => Buffer.from(read(name).data_base64, 'base64').toString('hex');
	const updates = ['pyth_accumulator_3feeds_2024-05-13.json',
		'pyth_accumulator_8feeds_2025-08-05.json'].map(hex);
	const gateway = read('redstone_gateway_data_packages_cut.json').body;
	const candles = (format) => read('exchange_candles.json').items
		.find((item) => item.format === format).body;

	return { pyth: () => json({ binary: { encoding: 'hex', data: updates } }),
		redstone: () => json(gateway),
		binance: () => json(candles('binance-spot-klines')),
		coinbase: () => json(candles('coinbase-exchange-candles')) };
}

/* --- which API a path belongs to --- */

const ROUTES = [
	['coinbase', /^\/products\/[^/]+\/candles$/, coinbase],
	['kraken', /^\/0\/public\/OHLC$/, kraken],
	['binance', /^\/api\/v3\/klines$/, binance],
	['pyth', /^\/v2\/updates\/price\/(latest|stream)$/, pyth],
	['redstone', /^\/v2\/data-packages\/latest\/[^/]+$/, redstone],
];

const routeOf = (path) => ROUTES.find(([, pattern]) => pattern.test(path));

/** Whether some API has this path. */
export const isAsked = (path) => Boolean(routeOf(path));

/**
 * What is answered to asked = {path, query, door, now_s}, its path one that
 * isAsked: {code, body, stream}.  `recorded`: recordedAnswers, for a door with
 * lie 'recorded'.
 */
export function answerTo(asked, recorded)
{
	const [name, , make] = routeOf(asked.path);
	const replayed = asked.door.lie === 'recorded' && recorded?.[name];
	return { ...(replayed ? replayed() : make(asked)), stream: asked.path.endsWith('/stream') };
}
