/*
 * compile.mjs -- compiles the chain's contracts with solc-js, no network.
 *
 *	node setup/solc/compile.mjs [GROUP...]	(default: all groups)
 *
 * Groups: aave (unmodified Aave v3.6), governor (OpenZeppelin), feeds
 * (Chainlink, solc 0.6.6), plimsoll (governance/contracts/src).  Artefacts go
 * to build/chain/artifacts/GROUP/CONTRACT.json as {abi, bytecode,
 * deployedBytecode, linkReferences}, cached by a hash of the lock file and
 * the group's sources.  Jobs run in two processes at a time.
 * Exit 1 when a group does not compile; 2 for an unknown group.
 */
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync }
	from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARTIFACTS, ROOT, group, key } from './groups.mjs';

export const GROUPS = ['aave', 'governor', 'feeds', 'plimsoll'];
const PROCESSES = 2;

const seconds = (from) => ((Date.now() - from) / 1000).toFixed(1) + ' s';
const say = (text) => process.stderr.write(`compile: ${text}\n`);

/* One forked compilation; resolves to the names of the files written. */
function forkJob(job)
{
	const path = fileURLToPath(new URL('./job.mjs', import.meta.url));
	return new Promise((resolve, reject) => {
		const child = fork(path, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
		child.on('message', (answer) => answer.error
			? reject(new Error(answer.error)) : resolve(answer.files));
		child.on('error', reject);
		child.on('exit', (code, signal) =>
			reject(new Error(`compiler of ${job.name} ended (${signal ?? code})`)));
		child.send(job);
	});
}

async function runJobs(jobs)
{
	const queue = [...jobs];
	const worker = async () => {
		for (let job = queue.shift(); job; job = queue.shift()) {
			const start = Date.now();
			const files = await forkJob(job);
			say(`${job.name}: ${files.length} contracts in ${seconds(start)}`);
		}
	};
	await Promise.all(Array.from({ length: PROCESSES }, worker));
}

const stampOf = (name) => join(ARTIFACTS, name, '.key');

function fresh(name, hash)
{
	const stamp = stampOf(name);
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/* Replace the group's folder in one rename, so no half group is ever seen. */
function install(name, hash, staging)
{
	writeFileSync(join(staging, '.key'), hash);
	rmSync(join(ARTIFACTS, name), { recursive: true, force: true });
	try {
		renameSync(staging, join(ARTIFACTS, name));
	} catch (error) {
		if (!fresh(name, hash))	/* else another compile was as quick */
			throw error;
	}
}

/**
 * Brings groups up to date.  Returns {name: key} of each.  Throws an Error
 * with the compiler's message when one does not compile.
 * Cost: hashing about 0.1 s when all is cached; Aave about 25 s of two cores.
 */
export async function compile(names = GROUPS)
{
	const keys = {};
	const stale = [];
	for (const name of names) {
		const it = group(name);
		if (!it)
			throw new Error(`unknown group "${name}": one of ${GROUPS.join(', ')}`);
		keys[name] = key(it);
		if (!fresh(name, keys[name]))
			stale.push(it);
	}
	if (stale.length === 0)
		return keys;
	if (!existsSync(join(ROOT, 'node_modules/solc')))
		throw new Error('node_modules is missing: run `make npm`');
	say(`${stale.map((it) => it.name).join(', ')} to compile`);
	const staging = (name) => join(ARTIFACTS, `.${name}.${process.pid}`);
	for (const it of stale)
		mkdirSync(staging(it.name), { recursive: true });
	try {
		await runJobs(stale.flatMap((it) => it.jobs.map((targets) =>
			({ name: it.name, targets, out: staging(it.name) }))));
		for (const it of stale)
			install(it.name, keys[it.name], staging(it.name));
	} finally {
		for (const it of stale)
			rmSync(staging(it.name), { recursive: true, force: true });
	}
	return keys;
}

async function main(names)
{
	const unknown = names.find((name) => !GROUPS.includes(name));
	if (unknown) {
		say(`unknown group "${unknown}": one of ${GROUPS.join(', ')}`);
		return 2;
	}
	const start = Date.now();
	try {
		await compile(names.length > 0 ? names : GROUPS);
	} catch (error) {
		say(error.message);
		return 1;
	}
	say(`up to date in ${seconds(start)}`);
	return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	process.exitCode = await main(process.argv.slice(2));
