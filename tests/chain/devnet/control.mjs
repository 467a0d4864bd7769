/*
 * control.mjs -- what a demonstration asks of a running devnet, from a shell:
 * time, blocks, prices, tables, a governance proposal.
 */
import { readFileSync } from 'node:fs';
import { connect, readDevnet } from './devnet.mjs';
import { setPrices } from './feeds.mjs';
import { govern, proposalId } from './governor.mjs';
import { tool, wholeNumber } from './options.mjs';
import { formatTable, readAccounts, readTable } from './table.mjs';

const USAGE = `control.mjs --dir DIR COMMAND
  time [SECONDS]           the chain's time; or move it forward and mine
  mine [BLOCKS]            mine blocks one second apart
  price SYMBOL=PRICEE8...  a new round from the oracles of each feed
  table [--json]           the market from Aave's own data provider
  health [--json]          health factors of the positions
  govern FILE              propose, vote, queue, execute
                           {targets, values, calldatas, description}`;

const print = (text) => process.stdout.write(text + '\n');

function priceList(words)
{
	return Object.fromEntries(words.map((word) => {
		const match = /^(\w+)=([1-9][0-9]*)$/.exec(word);
		if (!match)
			throw new Error(`price: SYMBOL=PRICEE8, not "${word}"`);
		return [match[1], match[2]];
	}));
}

async function health(rpc, devnet, json)
{
	const accounts = await readAccounts(rpc, devnet);
	if (json)
		return print(JSON.stringify(accounts));
	for (const it of accounts.filter(({ debt }) => debt > 0))
		print(`${it.account}  ${it.healthFactor.toFixed(4)}  `
			+ `${it.collateral.toFixed(2)}  ${it.debt.toFixed(2)}`);
}

async function table(rpc, devnet, json)
{
	const rows = await readTable(rpc, devnet);
	print(json ? JSON.stringify(rows) : formatTable(rows));
}

async function runGovernor(rpc, devnet, file)
{
	const proposal = JSON.parse(readFileSync(file, 'utf8'));
	const receipts = await govern(rpc, devnet, proposal);
	print(JSON.stringify({ proposal: String(await proposalId(rpc, devnet, proposal)),
		...Object.fromEntries(Object.entries(receipts).map(([step, it]) =>
			[step, it.transactionHash])) }));
}

const COMMANDS = {
	time: async (rpc, devnet, [seconds]) => {
		if (seconds !== undefined)
			await rpc.increaseTime(wholeNumber('time', seconds));
		print(String(await rpc.timestamp()));
	},
	mine: async (rpc, devnet, [blocks]) => {
		await rpc.mine(wholeNumber('mine', blocks) ?? 1);
		print(String(await rpc.blockNumber()));
	},
	price: (rpc, devnet, words) => setPrices(rpc, devnet, priceList(words)),
	table: (rpc, devnet, words, { json }) => table(rpc, devnet, json),
	health: (rpc, devnet, words, { json }) => health(rpc, devnet, json),
	govern: (rpc, devnet, [file]) => runGovernor(rpc, devnet, file),
};

await tool({ usage: USAGE, positionals: true,
	options: { dir: { type: 'string' }, json: { type: 'boolean' } },
}, async (values, [name, ...words]) => {
	if (!Object.hasOwn(COMMANDS, name ?? '')) {
		process.stderr.write(`unknown command "${name ?? ''}"\nusage: ${USAGE}\n`);
		return 2;
	}
	const devnet = readDevnet(values.dir);
	return COMMANDS[name](connect(devnet), devnet, words, values);
});
