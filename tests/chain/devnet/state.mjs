/*
 * state.mjs -- the cache of a deployed market: one file per key under
 * build/chain, the node's dump with what devnet.json says of it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync,
	statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../../setup/solc/groups.mjs';

const FOLDER = join(ROOT, 'build/chain');
const HERE = dirname(fileURLToPath(import.meta.url));
const KEPT = 6;
/* Interest of a month moves no health factor by more than its third digit. */
const MAX_AGE_S = 30 * 86400;

/* The files whose change makes another market. */
const SOURCES = ['aave.mjs', 'accounts.mjs', 'artifacts.mjs', 'deploy.mjs',
	'feeds.mjs', 'governance.mjs', 'node.mjs', 'positions.mjs',
	'positions_plan.mjs', 'sender.mjs'];

/** The key of a market: compiled groups (they hash the lock file), scripts, prices. */
export function stateKey(compiled, market)
{
	const hash = createHash('sha256').update(JSON.stringify([compiled, market]));
	for (const name of SOURCES)
		hash.update(readFileSync(join(HERE, name)));
	return hash.digest('hex').slice(0, 32);
}

const pathOf = (key) => join(FOLDER, `state-${key}.json`);

/** The saved {time_s, market, dump} fit for the time wanted, or null. */
export function loadState(key, time_s)
{
	if (!existsSync(pathOf(key)))
		return null;
	const saved = JSON.parse(readFileSync(pathOf(key), 'utf8'));
	const age_s = time_s - saved.time_s;
	return age_s >= 0 && age_s <= MAX_AGE_S ? saved : null;
}

/* Keeps the newest few files: one per set of prices tried. */
function prune()
{
	const files = readdirSync(FOLDER).filter((name) => /^state-.*\.json$/.test(name))
		.map((name) => join(FOLDER, name))
		.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
	for (const file of files.slice(KEPT))
		rmSync(file, { force: true });
}

/** Saves, whole or not at all. */
export function saveState(key, saved)
{
	mkdirSync(FOLDER, { recursive: true });
	const part = `${pathOf(key)}.${process.pid}`;
	writeFileSync(part, JSON.stringify(saved));
	renameSync(part, pathOf(key));
	prune();
}
