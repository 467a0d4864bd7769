/*
 * node.mjs -- starts and ends one anvil on 127.0.0.1, called directly from its
 * npm package.  Knows nothing of contracts.  Ends only a process it started,
 * by pid, after checking that the pid is still that anvil.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '../../../setup/solc/groups.mjs';
import { Rpc, sleep } from './rpc.mjs';

export const CHAIN_ID = 31337;
export const GAS_LIMIT = 60000000;	/* of a block */
export const MNEMONIC = 'test test test test test test test test test test test junk';

const ANVIL = join(ROOT, 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil');
const START_MS = 10000;

/**
 * A port of 127.0.0.1 that was free a moment ago: `port`, or any for 0.
 * Rejects when the port is taken.
 */
export function freePort(port = 0)
{
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(port, '127.0.0.1', () => {
			const found = server.address().port;
			server.close(() => resolve(found));
		});
	});
}

function options(port, time_s)
{
	return ['--host', '127.0.0.1', '--port', String(port),
		'--chain-id', String(CHAIN_ID), '--accounts', '20',
		'--mnemonic', MNEMONIC, '--gas-limit', String(GAS_LIMIT),
		'--order', 'fifo', '--no-request-size-limit', '--timestamp', String(time_s), '--quiet'];
}

async function answers(rpc, child)
{
	for (const end = Date.now() + START_MS; Date.now() < end;) {
		if (child.exitCode !== null)
			return false;
		try {
			const id = await rpc.call('eth_chainId');
			return Number(id) === CHAIN_ID && child.exitCode === null;
		} catch {
			await sleep(20);
		}
	}
	return false;
}

/**
 * Starts a node whose genesis has the time `time_s`; port 0 takes a free one.
 * Detached: it outlives the caller.  Returns {rpc, port, pid}; throws an Error
 * that names the log.  Cost: 0.1 to 0.5 s.
 */
export async function startNode({ port = 0, time_s, log })
{
	if (!existsSync(ANVIL))
		throw new Error('anvil is missing: run `make npm`');
	for (let attempt = 0; attempt < (port === 0 ? 3 : 1); attempt++) {
		const chosen = await freePort(port);
		const out = openSync(log, 'a');
		const child = spawn(ANVIL, options(chosen, time_s),
			{ detached: true, stdio: ['ignore', out, out] });
		closeSync(out);
		child.on('error', () => {});
		const rpc = new Rpc(`http://127.0.0.1:${chosen}`);
		if (await answers(rpc, child)) {
			child.unref();
			return { rpc, port: chosen, pid: child.pid };
		}
		child.kill('SIGKILL');
	}
	throw new Error(`anvil did not start; its log: ${log}`);
}

/* Is the pid still the anvil that listens on this port? */
function isOurs(pid, port)
{
	try {
		const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
		return line[0].endsWith('/anvil')
			&& line[line.indexOf('--port') + 1] === String(port);
	} catch {
		return false;
	}
}

/** Ends the node; true when it was running. Waits until it is gone. */
export async function stopNode({ pid, port })
{
	if (!isOurs(pid, port))
		return false;
	process.kill(pid, 'SIGTERM');
	for (let i = 0; i < 300 && isOurs(pid, port); i++) {
		if (i === 250)
			process.kill(pid, 'SIGKILL');
		await sleep(10);
	}
	return true;
}

/**
 * Until release() is called, the node ends with this process, however it
 * ends (but for SIGKILL).  Returns release.
 */
export function guard(node)
{
	const end = () => isOurs(node.pid, node.port) && process.kill(node.pid, 'SIGKILL');
	const quit = () => process.exit(130);
	process.on('exit', end);
	process.on('SIGINT', quit);
	process.on('SIGTERM', quit);
	return () => {
		process.off('exit', end);
		process.off('SIGINT', quit);
		process.off('SIGTERM', quit);
	};
}
