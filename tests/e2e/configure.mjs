/*
 * configure.mjs -- what steward.mjs --config takes, from the running enclave:
 * usage: configure.mjs --dir DIR --policy-hash H --state S --enclave enclave.json
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeBytes32String } from 'ethers';

const text = { type: 'string' };
const { values } = parseArgs({ options: { dir: text, 'policy-hash': text,
	state: text, enclave: text } });
const enclave = JSON.parse(readFileSync(values.enclave, 'utf8'));

process.stdout.write(JSON.stringify({
	policyHash: values['policy-hash'], state: values.state,
	images: [{ imageId: enclave.imageId, family: encodeBytes32String('plimsoll'), version: 1,
		modelHash: enclave.modelHash, policyHash: values['policy-hash'] }],
}, null, 1) + '\n');
