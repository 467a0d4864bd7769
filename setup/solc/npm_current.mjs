/*
 * npm_current.mjs -- does node_modules hold what package-lock.json names?
 * Exit 0 when each required package stands there in its version, 1 when not.
 * It installs nothing.
 */
import { existsSync, readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
const INSTALLED = 'node_modules/.package-lock.json';

function current()
{
	if (!existsSync(INSTALLED))
		return false;
	const installed = read(INSTALLED);
	return Object.entries(read('package-lock.json')).every(([path, wanted]) =>
		path === '' || wanted.optional
			|| (installed[path]?.integrity === wanted.integrity
				&& existsSync(path)));
}

process.exitCode = current() ? 0 : 1;
