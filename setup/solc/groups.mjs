/*
 * groups.mjs -- what compile.mjs compiles: the table of groups, and the
 * closure of sources and cache key of one group.  Compiles nothing itself.
 *
 * A group: {name, solc, settings, targets: [source unit], jobs: [[...]],
 * remap: [[prefix, folder]]}.  `jobs` splits the targets over processes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const ARTIFACTS = join(ROOT, 'build/chain/artifacts');

const MODULES = 'node_modules/';
const AAVE = '@aave-dao/aave-v3-origin/src/contracts/';
const OPTIMIZED = { optimizer: { enabled: true, runs: 200 } };
const MODERN = { ...OPTIMIZED, evmVersion: 'cancun' };

const OPENZEPPELIN = [
	['openzeppelin-contracts/contracts/', MODULES + '@openzeppelin/contracts/'],
	['openzeppelin-contracts-upgradeable/contracts/',
		MODULES + '@openzeppelin/contracts-upgradeable/'],
	['solidity-utils/', MODULES + '@bgd-labs/solidity-utils/src/'],
];

/* Pool and its linked libraries take about as long as all the rest. */
const AAVE_POOL = [
	'instances/PoolInstance', 'protocol/libraries/logic/BorrowLogic',
	'protocol/libraries/logic/SupplyLogic',
	'protocol/libraries/logic/LiquidationLogic',
	'protocol/libraries/logic/FlashLoanLogic',
	'protocol/libraries/logic/PoolLogic',
];
const AAVE_REST = [
	'protocol/configuration/PoolAddressesProvider',
	'protocol/configuration/ACLManager',
	'misc/AaveOracle', 'misc/DefaultReserveInterestRateStrategyV2',
	'instances/PoolConfiguratorInstance',
	'protocol/libraries/logic/ConfiguratorLogic',
	'instances/ATokenInstance', 'instances/VariableDebtTokenInstance',
	'helpers/AaveProtocolDataProvider', 'mocks/testnet-helpers/TestnetERC20',
];

const units = (prefix, names) => names.map((name) => prefix + name + '.sol');

/* Every .sol under a folder, as source units relative to the root. */
function under(folder)
{
	const found = [];
	const walk = (dir) => {
		for (const entry of readdirSync(join(ROOT, dir)).sort()) {
			const path = posix.join(dir, entry);
			if (statSync(join(ROOT, path)).isDirectory())
				walk(path);
			else if (entry.endsWith('.sol'))
				found.push(path);
		}
	};
	if (existsSync(join(ROOT, folder)))
		walk(folder);
	return found;
}

/* remappings.txt: `prefix=target`, the target seen from the root. */
function remappings(file)
{
	return readFileSync(join(ROOT, file), 'utf8').split('\n')
		.map((line) => line.trim()).filter((line) => line.includes('='))
		.map((line) => line.split('='));
}

/**
 * The group of a name: aave, governor, feeds or plimsoll; null if unknown.
 */
export function group(name)
{
	switch (name) {
	case 'aave':
		return { name, solc: 'solc', settings: MODERN, remap: OPENZEPPELIN,
			jobs: [units(MODULES + AAVE, AAVE_POOL), units(MODULES + AAVE, AAVE_REST)] };
	case 'governor':
		return { name, solc: 'solc', settings: MODERN, remap: [],
			jobs: [under('tests/chain/devnet/contracts')] };
	case 'feeds':
		return { name, solc: 'solc-0.6.6', settings: OPTIMIZED, remap: [],
			jobs: [units(MODULES + '@chainlink/contracts/src/v0.6/',
				['FluxAggregator', 'AggregatorProxy'])] };
	case 'plimsoll':
		return { name, solc: 'solc', settings: MODERN,
			remap: remappings('governance/contracts/remappings.txt'),
			jobs: [under('governance/contracts/src')] };
	default:
		return null;
	}
}

/* The file of an import, as a path from the root. */
function locate(from, path, remap)
{
	if (path.startsWith('.'))
		return posix.join(posix.dirname(from), path);
	for (const [prefix, target] of remap) {
		if (path.startsWith(prefix))
			return posix.join(target, path.slice(prefix.length));
	}
	return MODULES + path;
}

const IMPORT = /^\s*import\s+(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gms;

/**
 * All sources a list of units needs.  Returns {sources: {unit: text},
 * remappings: ["prefix=target"]}; throws when a file is missing.
 * Cost: one read of each file.
 */
export function closure(targets, remap)
{
	const sources = {};
	const queue = [...targets];
	while (queue.length > 0) {
		const unit = queue.pop();
		if (unit in sources)
			continue;
		const file = join(ROOT, unit);
		if (!existsSync(file))
			throw new Error(`source not found: ${unit}`);
		sources[unit] = readFileSync(file, 'utf8');
		for (const match of sources[unit].matchAll(IMPORT))
			queue.push(locate(unit, match[1], remap));
	}
	const lines = [...remap, ['@', MODULES + '@']].map((pair) => pair.join('='));
	return { sources, remappings: lines };
}

/**
 * sha256 over the lock file, the settings and every source of the group.
 */
export function key(it)
{
	const hash = createHash('sha256');
	const add = (text) => hash.update(`${Buffer.byteLength(text)}:`).update(text);
	add(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
	add(JSON.stringify([it.solc, it.settings, it.jobs]));
	const { sources } = closure(it.jobs.flat(), it.remap);
	for (const unit of Object.keys(sources).sort()) {
		add(unit);
		add(sources[unit]);
	}
	return hash.digest('hex');
}

/** A path for messages: relative to the root. */
export const short = (path) => relative(ROOT, path);
