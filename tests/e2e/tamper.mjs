/*
 * tamper.mjs -- three forgeries for the demonstration: a case with one bit of
 * its positions flipped, a decision with another value, a decision signed by
 * another key.  usage: tamper.mjs OUT WORK
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { SigningKey } from 'ethers';

const [out, work] = process.argv.slice(2);
const bytes = readFileSync(`${out}/case.cbor`);
bytes[bytes.length - 20] ^= 1; /* in the newest quote */
writeFileSync(`${work}/tampered.cbor`, bytes);

const decision = readFileSync(`${out}/decision.json`, 'utf8');
const tuple = JSON.parse(decision).tuples[0];
const [name, value] = Object.entries(tuple.new)[0];
writeFileSync(`${work}/tampered-value.json`, decision.replace(
	`"new":{"${name}":"${value}"`, `"new":{"${name}":"${BigInt(value) + 1n}"`));

const { digest, signature, signer } = JSON.parse(decision);
const other = new SigningKey('0x' + '11'.repeat(32));
const forged = other.sign(digest).serialized;
const { computeAddress } = await import('ethers');
writeFileSync(`${work}/wrong-key.json`, decision.replace(signature, forged)
	.replace(signer, computeAddress(other.publicKey)));
