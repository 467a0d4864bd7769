/*
 * summary.mjs -- summary.json of the demonstration: outcomes, transactions,
 * and the tables of Aave's own data provider before and after.
 * usage: summary.mjs WORK OUT
 */
import { readdirSync, readFileSync } from 'node:fs';

const [work] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${work}/${name}`, 'utf8'));
const decisions = readdirSync(work, { withFileTypes: true })
	.filter((it) => it.isDirectory() && readdirSync(`${work}/${it.name}`).includes('decision.json'))
	.map(({ name }) => {
		const { outcome, evidence, synthetic, reasons, epoch, digest, signer, tx, tuples }
			= read(`${name}/decision.json`);
		return { name, epoch, outcome, evidence, synthetic, reasons, digest, signer, tx, tuples };
	})
	.sort((a, b) => a.epoch - b.epoch);
const tables = Object.fromEntries(readdirSync(work)
	.filter((name) => /^table-.*\.json$/.test(name))
	.map((name) => [name.slice(6, -5), read(name)]));

process.stdout.write(JSON.stringify({ chainId: 31337, evidence: 'C', decisions, tables }, null, 1) + '\n');
