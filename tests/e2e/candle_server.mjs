/*
 * candle_server.mjs -- the candle APIs of three exchanges on loopback, in their
 * documented shapes, on prices of their own around levels that each asset has.
 * usage: candle_server.mjs [MODE]; prints its port.  Modes: pages of what is asked
 * (default), html, half, empty.
 */
import { createServer } from 'node:http';

const mode = process.argv[2] ?? 'good';
const levels = { ETH: 2300, XBT: 42000, BTC: 42000, LINK: 15, CRV: 0.63, AAVE: 110, USDC: 1 };

/* Hours are counted from the newest at the start, so that every run sees the same
 * prices, whatever the date. */
const newest = Math.floor(Date.now() / 3600000);

/* A number in [0, 1) of an hour: multiplied, folded, multiplied. */
function noise(hour, salt)
{
	let x = Math.imul((hour + 100000) ^ salt, 0x9e3779b1);

	x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
	return ((x ^ (x >>> 13)) >>> 0) / 2 ** 32;
}

/* Open, high, low, close of the hour t, as texts of six places. */
function candle(t, product)
{
	const name = Object.keys(levels).find((key) => product.startsWith(key)) ?? 'ETH';
	const range = name === 'USDC' ? 0.0004 : 0.012;
	const at = (hour) => levels[name] * (1 + range *
		(noise(hour, 7) + noise(hour, 99) + noise(hour, 1234) - 1.5));
	const open = at(t / 3600 - newest), close = at(t / 3600 - newest + 1);

	return [open, Math.max(open, close) * 1.001, Math.min(open, close) * 0.999, close]
		.map((value) => value.toFixed(6));
}

/* Open times in [from, to], at most `most`, ascending. */
function times(from, to, step, most)
{
	const out = [];

	for (let t = Math.ceil(from / step) * step; t <= to && out.length < most; t += step)
		out.push(t);
	return out;
}

function binance(query)
{
	const from = query.get('startTime') / 1000, to = query.get('endTime') / 1000;

	return times(from, to, 3600, Number(query.get('limit') ?? 500)).map((t) => {
		const [open, high, low, close] = candle(t, query.get('symbol'));

		return [t * 1000, open, high, low, close, '12.5', t * 1000 + 3599999,
			'0', 1, '0', '0', '0'];
	});
}

function coinbase(query, product)
{
	const from = Date.parse(query.get('start')) / 1000 || Number(query.get('start'));
	const to = Date.parse(query.get('end')) / 1000 || Number(query.get('end'));
	const step = Number(query.get('granularity'));

	if ((to - from) / step > 300)
		return { message: 'granularity too small for the requested time range' };
	return times(from, to, step, 301).reverse()
		.map((t) => {
			const [open, high, low, close] = candle(t, product).map(Number);

			return [t, low, high, open, close, 12.5];
		});
}

function kraken(query)
{
	const now = Math.floor(Date.now() / 3600000) * 3600;
	const rows = times(Math.max(Number(query.get('since') ?? 0) + 1, now - 719 * 3600), now, 3600, 720)
		.map((t) => [t, ...candle(t, query.get('pair')), '0', '12.5', 7]);

	return { error: [], result: { [query.get('pair')]: rows, last: now } };
}

createServer((request, reply) => {
	const { pathname, searchParams } = new URL(request.url, 'http://localhost');
	const answer = pathname.includes('klines') ? binance
		: pathname.includes('OHLC') ? kraken : coinbase;

	if (mode === 'html')
		return reply.end('<html>maintenance</html>');
	if (mode === 'empty')
		return reply.end('[]');
	const body = JSON.stringify(answer(searchParams, pathname.split('/')[2]));

	reply.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
	if (mode !== 'half')
		return reply.end(body);
	return reply.write(body.slice(0, body.length / 2), () => reply.destroy());
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
