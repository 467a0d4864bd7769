/*
 * feed_messages.mjs DIR -- signed price messages made here with known keys, in
 * each format that `plimsoll feed decode` reads, and the signers' files:
 * RedStone payload and gateway answer, Pyth update with its guardians and their
 * upgrade, Data Streams reports.  Nothing recorded.
 */
import { AbiCoder, SigningKey, computeAddress, concat, getBytes, hexlify, keccak256,
	toBeHex, toUtf8Bytes, zeroPadBytes } from 'ethers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dir = process.argv[2];
const TIME_S = 1750000000;
const keys = Array.from({ length: 6 }, (_, i) =>
	new SigningKey(toBeHex(i + 1, 32)));
const addresses = keys.map((key) => computeAddress(key.publicKey));
const put = (name, content) => writeFileSync(join(dir, name), content);
const putHex = (name, hex) => put(name, hex.slice(2) + '\n');
const signers = (name, count, threshold) => put(name,
	`# made for a test\n${addresses.slice(0, count).join('\n')}\nthreshold ${threshold}\n`);
const number = (value, size) => toBeHex(BigInt.asUintN(8 * size, BigInt(value)), size);

/* r | s | v with v of 27 or 28, or less an offset */
function sign(key, digest, offset = 0)
{
	const { r, s, v } = key.sign(digest);
	return concat([r, s, number(v - offset, 1)]);
}

const base64 = (hex) => Buffer.from(getBytes(hex)).toString('base64');

function redstonePackage(signer, feed, value, time_ms = TIME_S * 1000)
{
	const body = concat([zeroPadBytes(toUtf8Bytes(feed), 32), number(value, 32),
		number(time_ms, 6), number(32, 4), number(1, 3)]);
	return { body, signature: sign(keys[signer], keccak256(body)) };
}

function redstonePayload(packages)
{
	const metadata = toUtf8Bytes('1#made here');
	return concat([...packages.flatMap(({ body, signature }) => [body, signature]),
		number(packages.length, 2), metadata, number(metadata.length, 3),
		'0x000002ed57011e0000']);
}

const ETH = [[0, 250012345678n], [1, 250000000000n], [2, 250100000000n]];

function redstone()
{
	const packages = ETH.map(([signer, value]) =>
		redstonePackage(signer, 'ETH', value));
	const payload = redstonePayload(packages);
	putHex('redstone.hex', payload);
	put('redstone.b64', base64(payload) + '\n');
	put('redstone.bin', getBytes(payload));
	put('redstone-cut.bin', getBytes(payload).slice(1));
	putHex('redstone-twice.hex', redstonePayload([...packages, packages[0]]));
	putHex('redstone-stranger.hex', redstonePayload([...packages,
		redstonePackage(5, 'ETH', 1n)]));
	putHex('redstone-times.hex', redstonePayload([packages[0], packages[1],
		redstonePackage(2, 'ETH', 1n, TIME_S * 1000 + 1)]));
	put('redstone-gateway.json', JSON.stringify({ ETH: ETH.map(([signer, value]) => ({
		timestampMilliseconds: TIME_S * 1000, dataPackageId: 'ETH',
		signature: base64(redstonePackage(signer, 'ETH', value).signature),
		dataPoints: [{ dataFeedId: 'ETH', value: Number(value) / 1e8 }] })) }));
	signers('three.txt', 3, 2);
	signers('strict.txt', 4, 4);
}

/* A Wormhole message of guardians 0 .. count - 1. */
function vaa(body, { set, count })
{
	const digest = keccak256(keccak256(body));
	return concat([number(1, 1), number(set, 4), number(count, 1),
		...keys.slice(0, count).flatMap((key, i) =>
			[number(i, 1), sign(key, digest, 27)]), body]);
}

const vaaBody = (chain, emitter, payload) => concat([number(TIME_S, 4), number(7, 4),
	number(chain, 2), emitter, number(99, 8), number(1, 1), payload]);

const CORE = '0x' + '0'.repeat(56) + '436f7265';
const GOVERNANCE = number(4, 32);
const PYTH = '0xe101faedac5851e32b9b23b5f9411a8c2bac4aae3ed4dd7b811dd1a72ea4aa71';

const upgrade = (set, count) => vaa(vaaBody(1, GOVERNANCE, concat([CORE,
	number(2, 1), number(0, 2), number(set + 1, 4), number(count, 1),
	...addresses.slice(0, count)])), { set, count: set === 0 ? 1 : count });

const hash20 = (...parts) => keccak256(concat(parts)).slice(0, 42);

function pythPrice(id, price, confidence, exponent)
{
	return concat([number(0, 1), id, number(price, 8), number(confidence, 8),
		number(exponent, 4), number(TIME_S, 8), number(TIME_S - 1, 8),
		number(price, 8), number(confidence, 8)]);
}

/* Two leaves, one node above them. */
function pythUpdate(messages, guardians)
{
	const leaves = messages.map((message) => hash20('0x00', message));
	const root = hash20('0x01', ...[...leaves].sort());
	const signed = vaa(vaaBody(26, PYTH, concat([toUtf8Bytes('AUWV'), number(0, 1),
		number(123456, 8), number(10000, 4), root])), guardians);
	return concat([toUtf8Bytes('PNAU'), number(1, 1), number(0, 1), number(0, 1),
		number(0, 1), number(getBytes(signed).length, 2), signed, number(2, 1),
		...messages.flatMap((message, i) => [
			number(getBytes(message).length, 2), message, number(1, 1),
			leaves[1 - i]])]);
}

function pyth()
{
	const messages = [pythPrice(number(0xe7, 32), 250012345678n, 98765432n, -8),
		pythPrice(number(0xc0, 32), 99987000n, 5000n, -8)];
	const update = pythUpdate(messages, { set: 1, count: 5 });
	putHex('pyth.hex', update);
	put('pyth-hermes.json', JSON.stringify({ binary: { encoding: 'hex',
		data: [update.slice(2)] }, parsed: [{ id: 'not read' }] }));
	put('pyth-hermes64.json', JSON.stringify({ binary: { encoding: 'base64',
		data: [base64(update)] } }));
	put('pyth-hermes1.json', JSON.stringify({ id: 'not read', vaa: base64(update),
		price: { price: '1', expo: 0 } }));
	put('pyth-hermes1-many.json', JSON.stringify([{ vaa: base64(update) }]));
	put('pyth-hermes1-odd.json', JSON.stringify([{ vaa: 7 }]));
	putHex('pyth-few.hex', pythUpdate(messages, { set: 1, count: 3 }));
	const bytes = getBytes(update);
	bytes[bytes.length - 60] ^= 1;
	putHex('pyth-changed.hex', hexlify(bytes));
	signers('guardians.txt', 5, 4);
	putHex('upgrades.hex', upgrade(1, 5));
}

function streamReport({ count, feed = '0x0003' + '11'.repeat(30) })
{
	const coder = AbiCoder.defaultAbiCoder();
	const blob = concat([feed, number(TIME_S - 1, 32), number(TIME_S, 32),
		number(5, 32), number(6, 32), number(TIME_S + 86400, 32),
		number(2500123456780000000000n, 32), number(2500n * 10n ** 18n, 32),
		number(2501n * 10n ** 18n, 32)]);
	const context = [number(0xabc, 32), number(3328, 32), number(0, 32)];
	const digest = keccak256(concat([keccak256(blob), ...context]));
	const all = keys.slice(0, count).map((key) => key.sign(digest));
	return coder.encode(['bytes32[3]', 'bytes', 'bytes32[]', 'bytes32[]', 'bytes32'],
		[context, blob, all.map(({ r }) => r), all.map(({ s }) => s),
			zeroPadBytes(concat(all.map(({ v }) => number(v - 27, 1))), 32)]);
}

function streams()
{
	const report = streamReport({ count: 2 });
	putHex('streams.hex', report);
	put('streams.json', JSON.stringify({ report: { feedID: 'not read',
		fullReport: report } }));
	put('streams-bulk.json', JSON.stringify({ reports: [{ fullReport: report },
		{ fullReport: streamReport({ count: 3 }) }] }));
	putHex('streams-one.hex', streamReport({ count: 1 }));
	putHex('streams-schema.hex', streamReport({ count: 2,
		feed: '0x0009' + '11'.repeat(30) }));
}

redstone();
pyth();
streams();
