/*
 * steward.mjs -- puts our contracts on the devnet of DIR, and configures them.
 * Two calls: the policy names the steward's address, so its hash is known only
 * after the first.  The work is steward_deploy.mjs's.
 */
import { connect, readDevnet, writeDevnet } from './devnet.mjs';
import { tool } from './options.mjs';
import { configureSteward, deploySteward, readConfiguration }
	from './steward_deploy.mjs';

const text = { type: 'string' };
const start = Date.now();
const say = (line) => process.stderr.write(
	`steward: ${line} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`);

await tool({
	usage: 'steward.mjs --dir DIR [--config FILE]\n'
		+ '  first call deploys; --config FILE sets {"policyHash", "state",\n'
		+ '  "images": [{imageId, family, version, modelHash, policyHash}],\n'
		+ '  "market": {...}, "limits": [...]}, the last two with defaults',
	options: { dir: text, config: text },
}, async (values) => {
	let devnet = readDevnet(values.dir);
	const rpc = connect(devnet);
	if (!devnet.addresses.steward) {
		devnet = await deploySteward(rpc, devnet);
		writeDevnet(values.dir, devnet);
		say(`RiskSteward ${devnet.addresses.steward}`);
	}
	if (values.config) {
		const proposals = await configureSteward(rpc, devnet,
			readConfiguration(values.config));
		say(`configured by ${proposals.length} proposals`);
	}
});
