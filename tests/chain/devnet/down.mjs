/*
 * down.mjs -- ends the node that up.mjs started in DIR, exactly that process.
 */
import { down } from './devnet.mjs';
import { tool } from './options.mjs';

await tool({ usage: 'down.mjs --dir DIR', options: { dir: { type: 'string' } } },
	async ({ dir }) => {
		const ended = await down(dir);
		process.stderr.write(`devnet: ${ended ? 'stopped' : 'was not running'}\n`);
	});
