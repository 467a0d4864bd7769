/*
 * lying_rpc.mjs -- a JSON-RPC server on loopback that lies in one way.
 * usage: lying_rpc.mjs LIE; prints its port, serves until killed.
 */
import { createServer } from 'node:http';

const lie = process.argv[2];
const hash = (byte) => '0x' + byte.repeat(32);
const honest = { eth_chainId: '0x1', eth_blockNumber: '0x10', net_version: '1' };
const block = {
	number: '0x10', timestamp: '0x65000000', parentHash: hash('aa'),
	hash: hash('bb'), baseFeePerGas: '0x1', gasLimit: '0x1c9c380',
};

function answer({ id, method })
{
	const body = { jsonrpc: '2.0', id };

	if (lie === 'wrong-id')
		return { ...body, id: 'another', result: '0x1' };
	if (lie === 'error')
		return { ...body, error: { code: -32000, message: 'header not found' } };
	if (lie === 'null')
		return { ...body, result: null };
	if (lie === 'neither')
		return body;
	if (lie === 'number' || (lie === 'chain-word' && method === 'eth_chainId'))
		return { ...body, result: 'one' };
	if (method.startsWith('eth_getBlock'))
		return { ...body, result: block };
	if (method === 'eth_getTransactionByHash')
		return { ...body, result: null };
	return { ...body, result: honest[method] ?? '0x' };
}

/* Answers whose whole HTTP response is the lie. */
const raw = {
	html: (reply) => reply.writeHead(200, { 'content-type': 'text/html' })
		.end('<html><body>502 Bad Gateway</body></html>'),
	429: (reply) => reply.writeHead(429, { 'retry-after': '1' }).end('slow down'),
	503: (reply) => reply.writeHead(503).end('down'),
	401: (reply) => reply.writeHead(401).end('{"error":"no key"}'),
	empty: (reply) => reply.writeHead(200).end(),
	half: (reply) => {
		reply.writeHead(200, { 'content-length': 1000 });
		reply.write('{"jsonrpc":"2.0","id":1,"res', () => reply.destroy());
	},
	cut: (reply) => reply.socket.destroy(),
	spaces: (reply) => reply.writeHead(200).end(' '.repeat(80e6) + '{}'),
	nested: (reply) => reply.writeHead(200).end('['.repeat(1e6)),
	binary: (reply) => reply.writeHead(200).end(Buffer.alloc(4096, 0xfe)),
	redirect: (reply) => reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
};

const server = createServer((request, reply) => {
	let text = '';

	request.on('data', (part) => { text += part; });
	request.on('end', () => {
		if (raw[lie])
			return raw[lie](reply);
		const asked = JSON.parse(text);
		const answers = Array.isArray(asked) ? asked.map(answer) : answer(asked);

		reply.writeHead(200, { 'content-type': 'application/json' });
		return reply.end(JSON.stringify(answers));
	});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
