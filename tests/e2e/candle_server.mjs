/*
 * candle_server.mjs -- the candle APIs of three exchanges on loopback, in their
 * documented shapes, on a price of their own: bar t opens at 1000 + t / 3600 % 97.
 * usage: candle_server.mjs [MODE]; prints its port.  Modes: pages of what is asked
 * (default), html, half, empty.
 */
import { createServer } from 'node:http';

const mode = process.argv[2] ?? 'good';
const price = (t) => 1000 + (t / 3600) % 97;

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
		const p = price(t);

		return [t * 1000, `${p}.10`, `${p + 1}.20`, `${p - 1}.30`, `${p}.40`, '12.5',
			t * 1000 + 3599999, '0', 1, '0', '0', '0'];
	});
}

function coinbase(query)
{
	const from = Date.parse(query.get('start')) / 1000 || Number(query.get('start'));
	const to = Date.parse(query.get('end')) / 1000 || Number(query.get('end'));
	const step = Number(query.get('granularity'));

	if ((to - from) / step > 300)
		return { message: 'granularity too small for the requested time range' };
	return times(from, to, step, 301).reverse()
		.map((t) => [t, price(t) - 0.7, price(t) + 1.2, price(t) + 0.1, price(t) + 0.4, 12.5]);
}

function kraken(query)
{
	const now = Math.floor(Date.now() / 3600000) * 3600;
	const rows = times(Math.max(Number(query.get('since') ?? 0) + 1, now - 719 * 3600), now, 3600, 720)
		.map((t) => [t, `${price(t)}.1`, `${price(t) + 1}.2`, `${price(t) - 1}.3`, `${price(t)}.4`, '0', '12.5', 7]);

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
	const body = JSON.stringify(answer(searchParams));

	reply.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
	if (mode !== 'half')
		return reply.end(body);
	return reply.write(body.slice(0, body.length / 2), () => reply.destroy());
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
