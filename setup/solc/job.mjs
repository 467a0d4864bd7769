/*
 * job.mjs -- one compilation in a process of its own.  compile.mjs forks it
 * with a message {group, targets, out}; it writes one JSON artefact per
 * deployable contract of the targets into `out` and answers {files} or {error}.
 * It keeps no cache.
 */
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { closure, group } from './groups.mjs';

const require = createRequire(import.meta.url);
const WANTED = ['abi', 'evm.bytecode.object', 'evm.bytecode.linkReferences',
	'evm.deployedBytecode.object', 'evm.deployedBytecode.immutableReferences'];

/* Standard JSON: code is generated only for the targets. */
function standardInput(it, targets)
{
	const { sources, remappings } = closure(targets, it.remap);
	const content = {};
	for (const unit of Object.keys(sources).sort())
		content[unit] = { content: sources[unit] };
	const outputSelection = {};
	for (const unit of targets)
		outputSelection[unit] = { '*': WANTED };
	return { language: 'Solidity', sources: content,
		settings: { ...it.settings, remappings, outputSelection } };
}

function artifact(name, unit, contract)
{
	const { bytecode, deployedBytecode } = contract.evm;
	return { contractName: name, sourceName: unit, abi: contract.abi,
		bytecode: '0x' + bytecode.object,
		deployedBytecode: '0x' + deployedBytecode.object,
		linkReferences: bytecode.linkReferences,
		immutableReferences: deployedBytecode.immutableReferences };
}

function write(output, targets, out)
{
	const files = [];
	for (const unit of targets) {
		for (const [name, contract] of Object.entries(output.contracts[unit] ?? {})) {
			const path = join(out, name + '.json');
			writeFileSync(path, JSON.stringify(artifact(name, unit, contract)));
			files.push(basename(path));
		}
	}
	return files;
}

function run({ name, targets, out })
{
	const it = group(name);
	const solc = require(it.solc);
	const output = JSON.parse(solc.compile(JSON.stringify(standardInput(it, targets))));
	const errors = (output.errors ?? []).filter((e) => e.severity === 'error');
	if (errors.length > 0)
		throw new Error(errors.map((e) => e.formattedMessage).join('\n'));
	return write(output, targets, out);
}

process.on('message', (message) => {
	let answer;
	try {
		answer = { files: run(message) };
	} catch (error) {
		answer = { error: error.message };
	}
	process.send(answer, () => process.disconnect());
});
