/*
 * up.mjs -- starts the local chain with its market and leaves it running.
 * The work is devnet.mjs's; this is its command line.
 */
import { readFileSync } from 'node:fs';
import { up } from './devnet.mjs';
import { tool, wholeNumber } from './options.mjs';

const text = { type: 'string' };
const start = Date.now();
const say = (line) => process.stderr.write(
	`devnet: ${line} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`);

await tool({
	usage: 'up.mjs --dir DIR [--port 0] [--prices FILE] [--time UNIX] [--cold]\n'
		+ '  --prices  JSON {"WETH": "180000000000", ...}, 8 decimals\n'
		+ '  --time    the chain\'s time once up; default now',
	options: { dir: text, port: text, prices: text, time: text,
		cold: { type: 'boolean' } },
}, async (values) => {
	const devnet = await up(values.dir, {
		port: wholeNumber('port', values.port),
		time_s: wholeNumber('time', values.time),
		prices: values.prices && JSON.parse(readFileSync(values.prices, 'utf8')),
		cold: values.cold, say });
	say(`${devnet.rpc}, ${devnet.positions.length} positions, `
		+ (devnet.fromCache ? 'from the cache' : 'deployed'));
	/* fetch keeps sockets to the node open for a while: do not wait. */
	process.exit(0);
});
