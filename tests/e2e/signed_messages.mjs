/*
 * signed_messages.mjs -- price messages made and signed here with known keys, in
 * the bytes that RedStone, Pyth (through Wormhole's guardians) and Data Streams
 * sign.  No files and no sockets: feed_messages.mjs writes them to files,
 * feed_server.mjs answers with them.
 */
import { AbiCoder, SigningKey, computeAddress, concat, getBytes, keccak256, toBeHex,
	toUtf8Bytes, zeroPadBytes } from 'ethers';

export const keys = Array.from({ length: 6 }, (_, i) =>
	new SigningKey(toBeHex(i + 1, 32)));
export const addresses = keys.map((key) => computeAddress(key.publicKey));

/** An integer in `size` bytes, two's complement. */
export const number = (value, size) =>
	toBeHex(BigInt.asUintN(8 * size, BigInt(value)), size);
export const base64 = (hex) => Buffer.from(getBytes(hex)).toString('base64');

/** A file of the first `count` signers. */
export const signersText = (count, threshold) =>
	`# made for a test\n${addresses.slice(0, count).join('\n')}\nthreshold ${threshold}\n`;

/* r | s | v with v of 27 or 28, or less an offset */
function sign(key, digest, offset = 0)
{
	const { r, s, v } = key.sign(digest);
	return concat([r, s, number(v - offset, 1)]);
}

/* --- RedStone: values are integers of 8 decimals --- */

export function redstonePackage(signer, feed, value, time_ms)
{
	const body = concat([zeroPadBytes(toUtf8Bytes(feed), 32), number(value, 32),
		number(time_ms, 6), number(32, 4), number(1, 3)]);
	return { body, signature: sign(keys[signer], keccak256(body)) };
}

export function redstonePayload(packages)
{
	const metadata = toUtf8Bytes('1#made here');
	return concat([...packages.flatMap(({ body, signature }) => [body, signature]),
		number(packages.length, 2), metadata, number(metadata.length, 3),
		'0x000002ed57011e0000']);
}

/** The gateway's list of one feed; values: [[signer, value]]. */
export const redstoneGateway = (feed, values, time_ms) => values.map(([signer, value]) => ({
	timestampMilliseconds: time_ms, dataPackageId: feed,
	signature: base64(redstonePackage(signer, feed, value, time_ms).signature),
	dataPoints: [{ dataFeedId: feed, value: Number(value) / 1e8 }] }));

/* --- Wormhole and Pyth --- */

/* A Wormhole message of guardians 0 .. count - 1 of a set. */
function vaa(body, { set, count, first = 0 })
{
	const digest = keccak256(keccak256(body));
	return concat([number(1, 1), number(set, 4), number(count, 1),
		...keys.slice(first, first + count).flatMap((key, i) =>
			[number(i, 1), sign(key, digest, 27)]), body]);
}

const vaaBody = (chain, emitter, payload, time_s) => concat([number(time_s, 4),
	number(7, 4), number(chain, 2), emitter, number(99, 8), number(1, 1), payload]);

const CORE = '0x' + '0'.repeat(56) + '436f7265';
const GOVERNANCE = number(4, 32);
const PYTH = '0xe101faedac5851e32b9b23b5f9411a8c2bac4aae3ed4dd7b811dd1a72ea4aa71';

/** The message by which a guardian set is followed by `count` guardians. */
export const upgrade = (set, count, time_s) => vaa(vaaBody(1, GOVERNANCE, concat([CORE,
	number(2, 1), number(0, 2), number(set + 1, 4), number(count, 1),
	...addresses.slice(0, count)]), time_s), { set, count: set === 0 ? 1 : count });

const hash20 = (...parts) => keccak256(concat(parts)).slice(0, 42);

/** A price message; price and confidence in units of 10^exponent. */
export function pythPrice(id, { price, confidence, exponent = -8, time_s })
{
	return concat([number(0, 1), id, number(price, 8), number(confidence, 8),
		number(exponent, 4), number(time_s, 8), number(time_s - 1, 8),
		number(price, 8), number(confidence, 8)]);
}

/* The levels of a tree above leaves whose number is padded to a power of two. */
function levelsOf(leaves)
{
	const levels = [[...leaves]];

	while (levels[0].length & (levels[0].length - 1))
		levels[0].push(hash20('0x00'));
	while (levels.at(-1).length > 1) {
		const below = levels.at(-1);
		levels.push(below.filter((_, i) => i % 2 === 0).map((left, i) =>
			hash20('0x01', ...[left, below[2 * i + 1]].sort())));
	}
	return levels;
}

const proof = (levels, leaf) => levels.slice(0, -1).map((level, depth) =>
	level[(leaf >> depth) ^ 1]);

/** An update of these messages.  guardians: {set, count, first} of `keys`. */
export function pythUpdate(messages, guardians, time_s)
{
	const levels = levelsOf(messages.map((message) => hash20('0x00', message)));
	const signed = vaa(vaaBody(26, PYTH, concat([toUtf8Bytes('AUWV'), number(0, 1),
		number(123456, 8), number(10000, 4), levels.at(-1)[0]]), time_s), guardians);
	return concat([toUtf8Bytes('PNAU'), number(1, 1), number(0, 1), number(0, 1),
		number(0, 1), number(getBytes(signed).length, 2), signed,
		number(messages.length, 1), ...messages.flatMap((message, i) => [
			number(getBytes(message).length, 2), message,
			number(levels.length - 1, 1), ...proof(levels, i)])]);
}

/* --- Data Streams --- */

export function streamReport({ count, time_s, feed = '0x0003' + '11'.repeat(30) })
{
	const coder = AbiCoder.defaultAbiCoder();
	const blob = concat([feed, number(time_s - 1, 32), number(time_s, 32),
		number(5, 32), number(6, 32), number(time_s + 86400, 32),
		number(2500123456780000000000n, 32), number(2500n * 10n ** 18n, 32),
		number(2501n * 10n ** 18n, 32)]);
	const context = [number(0xabc, 32), number(3328, 32), number(0, 32)];
	const digest = keccak256(concat([keccak256(blob), ...context]));
	const all = keys.slice(0, count).map((key) => key.sign(digest));
	return coder.encode(['bytes32[3]', 'bytes', 'bytes32[]', 'bytes32[]', 'bytes32'],
		[context, blob, all.map(({ r }) => r), all.map(({ s }) => s),
			zeroPadBytes(concat(all.map(({ v }) => number(v - 27, 1))), 32)]);
}
