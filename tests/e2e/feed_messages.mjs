/*
 * feed_messages.mjs DIR -- files of signed price messages in each format that
 * `plimsoll feed decode` reads, and the signers' files: RedStone payload and
 * gateway answer, Pyth update with its guardians and their upgrade, Data Streams
 * reports.  Nothing recorded; signed_messages.mjs makes them.
 */
import { getBytes, hexlify } from 'ethers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64, number, pythPrice, pythUpdate, redstoneGateway, redstonePackage,
	redstonePayload, signersText, streamReport, upgrade } from './signed_messages.mjs';

const dir = process.argv[2];
const TIME_S = 1750000000;
const put = (name, content) => writeFileSync(join(dir, name), content);
const putHex = (name, hex) => put(name, hex.slice(2) + '\n');
const signers = (name, count, threshold) => put(name, signersText(count, threshold));

const ETH = [[0, 250012345678n], [1, 250000000000n], [2, 250100000000n]];

function redstone()
{
	const time_ms = TIME_S * 1000;
	const packages = ETH.map(([signer, value]) =>
		redstonePackage(signer, 'ETH', value, time_ms));
	const payload = redstonePayload(packages);
	putHex('redstone.hex', payload);
	put('redstone.b64', base64(payload) + '\n');
	put('redstone.bin', getBytes(payload));
	put('redstone-cut.bin', getBytes(payload).slice(1));
	putHex('redstone-twice.hex', redstonePayload([...packages, packages[0]]));
	putHex('redstone-stranger.hex', redstonePayload([...packages,
		redstonePackage(5, 'ETH', 1n, time_ms)]));
	putHex('redstone-times.hex', redstonePayload([packages[0], packages[1],
		redstonePackage(2, 'ETH', 1n, time_ms + 1)]));
	put('redstone-gateway.json', JSON.stringify(
		{ ETH: redstoneGateway('ETH', ETH, time_ms) }));
	signers('three.txt', 3, 2);
	signers('strict.txt', 4, 4);
}

function pyth()
{
	const messages = [
		pythPrice(number(0xe7, 32), { price: 250012345678n, confidence: 98765432n,
			time_s: TIME_S }),
		pythPrice(number(0xc0, 32), { price: 99987000n, confidence: 5000n,
			time_s: TIME_S })];
	const update = pythUpdate(messages, { set: 1, count: 5 }, TIME_S);
	putHex('pyth.hex', update);
	put('pyth-hermes.json', JSON.stringify({ binary: { encoding: 'hex',
		data: [update.slice(2)] }, parsed: [{ id: 'not read' }] }));
	put('pyth-hermes64.json', JSON.stringify({ binary: { encoding: 'base64',
		data: [base64(update)] } }));
	put('pyth-hermes1.json', JSON.stringify({ id: 'not read', vaa: base64(update),
		price: { price: '1', expo: 0 } }));
	put('pyth-hermes1-many.json', JSON.stringify([{ vaa: base64(update) }]));
	put('pyth-hermes1-odd.json', JSON.stringify([{ vaa: 7 }]));
	putHex('pyth-few.hex', pythUpdate(messages, { set: 1, count: 3 }, TIME_S));
	const bytes = getBytes(update);
	bytes[bytes.length - 60] ^= 1;
	putHex('pyth-changed.hex', hexlify(bytes));
	signers('guardians.txt', 5, 4);
	putHex('upgrades.hex', upgrade(1, 5, TIME_S));
}

function streams()
{
	const report = streamReport({ count: 2, time_s: TIME_S });
	putHex('streams.hex', report);
	put('streams.json', JSON.stringify({ report: { feedID: 'not read',
		fullReport: report } }));
	put('streams-bulk.json', JSON.stringify({ reports: [{ fullReport: report },
		{ fullReport: streamReport({ count: 3, time_s: TIME_S }) }] }));
	putHex('streams-one.hex', streamReport({ count: 1, time_s: TIME_S }));
	putHex('streams-schema.hex', streamReport({ count: 2, time_s: TIME_S,
		feed: '0x0009' + '11'.repeat(30) }));
}

redstone();
pyth();
streams();
