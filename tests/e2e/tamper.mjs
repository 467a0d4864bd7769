/*
 * tamper.mjs -- forgeries for the demonstration: a case whose price of one asset
 * is off by its last digit, a decision with another value, one that names
 * another's transaction, one that names none there is, one signed by another
 * key; and a case whose random numbers hang on a block of the host's choice.
 * usage: tamper.mjs OUT WORK
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { SigningKey } from 'ethers';

const [out, work] = process.argv.slice(2);
const decision = readFileSync(`${out}/decision.json`, 'utf8');
const bytes = readFileSync(`${out}/case.cbor`);
const dearest = JSON.parse(decision).assets.map(({ priceE8 }) => BigInt(priceE8))
	.reduce((a, b) => (a > b ? a : b));
const price = Buffer.alloc(9, 0x1b); /* CBOR: an integer of eight bytes */
price.writeBigUInt64BE(dearest, 1);
const at = bytes.indexOf(price);
if (at < 0)
	throw new Error('the case does not hold the price');
bytes[at + 8] ^= 1;
writeFileSync(`${work}/tampered.cbor`, bytes);

/* Byte strings of 32 in a case: market, anchor, first block of the epoch. */
const ground = readFileSync(`${out}/case.cbor`);
let hash = -34;
for (let i = 0; i < 3; i++)
	hash = ground.indexOf(Buffer.from([0x58, 0x20]), hash + 34);
ground[hash + 33] ^= 1;
writeFileSync(`${work}/ground.cbor`, ground);

const tuple = JSON.parse(decision).tuples[0];
const [name, value] = Object.entries(tuple.new)[0];
writeFileSync(`${work}/tampered-value.json`, decision.replace(
	`"new":{"${name}":"${value}"`, `"new":{"${name}":"${BigInt(value) + 1n}"`));

const [transaction, foreign] = ['first', 'second']
	.map((cycle) => JSON.parse(readFileSync(`${work}/${cycle}/decision.json`)).tx);
if (!transaction || !foreign || !decision.includes(transaction))
	throw new Error('the decisions do not name their transactions');
writeFileSync(`${work}/wrong-tx.json`, decision.replace(transaction, foreign));
writeFileSync(`${work}/unknown-tx.json`, decision.replace(transaction, '0x' + '11'.repeat(32)));

const { digest, signature, signer } = JSON.parse(decision);
const other = new SigningKey('0x' + '11'.repeat(32));
const forged = other.sign(digest).serialized;
const { computeAddress } = await import('ethers');
writeFileSync(`${work}/wrong-key.json`, decision.replace(signature, forged)
	.replace(signer, computeAddress(other.publicKey)));
