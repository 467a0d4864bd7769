/*
 * artifacts.mjs -- reads the compiled artefacts of setup/solc/compile.mjs:
 * ABIs, linked creation code, names of custom errors.  Compiles nothing.
 */
import { AbiCoder, Interface, concat, getAddress } from 'ethers';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACTS } from '../../../setup/solc/groups.mjs';

const cache = new Map();

/** The artefact of GROUP/CONTRACT with its Interface; throws if not compiled. */
export function artifact(group, name)
{
	const path = join(ARTIFACTS, group, name + '.json');
	if (!cache.has(path)) {
		if (!existsSync(path))
			throw new Error(`${group}/${name} is not compiled: run `
				+ '`node setup/solc/compile.mjs`');
		const read = JSON.parse(readFileSync(path, 'utf8'));
		read.interface = new Interface(read.abi);
		cache.set(path, read);
	}
	return cache.get(path);
}

export const abi = (group, name) => artifact(group, name).interface;

/** Library names an artefact must be linked with. */
export function libraries({ linkReferences })
{
	return Object.values(linkReferences).flatMap((names) => Object.keys(names));
}

/* The creation code with library addresses filled in. */
function linked({ contractName, bytecode, linkReferences }, addresses)
{
	let code = bytecode;
	for (const names of Object.values(linkReferences)) {
		for (const [name, places] of Object.entries(names)) {
			if (!addresses[name])
				throw new Error(`${contractName} needs library ${name}`);
			const word = getAddress(addresses[name]).slice(2).toLowerCase();
			for (const { start, length } of places) {
				const at = 2 + 2 * start;
				code = code.slice(0, at) + word + code.slice(at + 2 * length);
			}
		}
	}
	return code;
}

/** Creation code with encoded constructor values and linked libraries. */
export function creation(it, values = [], addresses = {})
{
	return concat([linked(it, addresses), it.interface.encodeDeploy(values)]);
}

let errors;

/* selector -> fragment of every custom error in every artefact */
function errorTable()
{
	if (errors)
		return errors;
	errors = new Map();
	for (const group of readdirSync(ARTIFACTS)) {
		for (const file of readdirSync(join(ARTIFACTS, group))) {
			if (!file.endsWith('.json'))
				continue;
			artifact(group, file.slice(0, -5)).interface.forEachError(
				(fragment) => errors.set(fragment.selector, fragment));
		}
	}
	return errors;
}

/** Reads revert bytes: "Name(values)", a reason string, or the bytes. */
export function decodeRevert(data)
{
	const fragment = errorTable().get(data.slice(0, 10));
	if (fragment) {
		const values = AbiCoder.defaultAbiCoder()
			.decode(fragment.inputs, '0x' + data.slice(10));
		return `${fragment.name}(${values.map(String).join(', ')})`;
	}
	if (data.startsWith('0x08c379a0'))
		return AbiCoder.defaultAbiCoder().decode(['string'],
			'0x' + data.slice(10))[0];
	return data;
}

/** The reason within an RPC error. */
export function decodeError(error)
{
	const data = error?.data?.data ?? error?.data;
	return typeof data === 'string' && data.length >= 10
		? decodeRevert(data) : error.message;
}
