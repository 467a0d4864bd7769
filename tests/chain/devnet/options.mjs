/*
 * options.mjs -- `--name value` options of the command line tools here, and
 * how they fail: usage to stderr and exit 2, any other error exit 1.
 */
import { parseArgs } from 'node:util';

/**
 * Runs a tool.  spec: {usage, options (of node's parseArgs), required: [name],
 * positionals}.  run(values, positionals) may return an exit code.
 */
export async function tool({ usage, options, required = ['dir'],
	positionals = false }, run)
{
	let parsed;
	try {
		parsed = parseArgs({ options, allowPositionals: positionals });
		const missing = required.find((name) => !parsed.values[name]);
		if (missing)
			throw new Error(`--${missing} is required`);
	} catch (error) {
		process.stderr.write(`${error.message}\nusage: ${usage}\n`);
		process.exitCode = 2;
		return;
	}
	try {
		process.exitCode = await run(parsed.values, parsed.positionals) ?? 0;
	} catch (error) {
		process.stderr.write(`error: ${error.message}\n`);
		process.exitCode = 1;
	}
}

/** A whole number of an option, or undefined when absent; throws otherwise. */
export function wholeNumber(name, text)
{
	if (text === undefined)
		return undefined;
	if (!/^[0-9]{1,15}$/.test(text))
		throw new Error(`--${name}: a whole number, not "${text}"`);
	return Number(text);
}
