/*
 * feed_faults.mjs -- the ways in which a server on the way to an answer breaks:
 * each takes the answer that should have been sent and sends something else, or
 * the same in another dress.  Lies within the answer are feed_answers.mjs's.
 */
import { gzipSync } from 'node:zlib';

const JSON_TYPE = { 'content-type': 'application/json' };
const SPACES = 10 << 20;
const BOMB_BYTES = 100 << 20;
const DEPTH = 100000;
const DRIP_MS = 500;	/* between two bytes */

/* Content-Length is given: node sends the body in one piece. */
function whole(reply, { code = 200, body }, headers = {})
{
	const bytes = Buffer.from(body);

	reply.writeHead(code, { ...JSON_TYPE, 'content-length': bytes.length, ...headers });
	reply.end(bytes);
}

const refusal = (code, headers = () => ({})) => (reply, answer, door) =>
	whole(reply, { code, body: `{"message":"HTTP ${code}"}` }, headers(door));

const retryAfter = (door) => door.after === undefined ? {}
	: { 'retry-after': String(door.after) };

const text = (body, headers = {}) => (reply) => whole(reply, { body }, headers);

function slow(reply, { body })
{
	let sent = 0;
	const drip = setInterval(() => reply.write(body[sent++ % body.length]), DRIP_MS);

	reply.writeHead(200, JSON_TYPE);
	reply.on('close', () => clearInterval(drip));
}

/* A Content-Length that the body has not, then the end of the connection. */
const ofLength = (length) => (reply, { body }) => {
	const bytes = Buffer.from(body);

	reply.socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
		+ `Content-Length: ${length(bytes.length)}\r\n\r\n${body}`);
};

function cut(reply, { body })
{
	const bytes = Buffer.from(body);

	reply.writeHead(200, { ...JSON_TYPE, 'content-length': bytes.length });
	reply.write(bytes.subarray(0, bytes.length / 2), () => reply.destroy());
}

function chunked(reply, { body })
{
	reply.writeHead(200, JSON_TYPE);
	for (let at = 0; at < body.length; at += 1 + at % 97)
		reply.write(body.slice(at, at + 1 + at % 97));
	reply.end();
}

/* The last chunk and the closing one never come. */
const chunkedCut = (reply, { body }) => reply.socket.end('HTTP/1.1 200 OK\r\n'
	+ 'Transfer-Encoding: chunked\r\n\r\n'
	+ `${(body.length + 9).toString(16)}\r\n${body}`);

const packed = (bytes) => (reply, answer) => {
	const body = bytes(Buffer.from(answer.body));

	reply.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip',
		'content-length': body.length });
	reply.end(body);
};

const half = (bytes) => bytes.subarray(0, bytes.length / 2);

/* Packed once: it takes a while. */
let packedBomb = null;
const bomb = () => packedBomb ??= gzipSync(Buffer.alloc(BOMB_BYTES, ' '));

/* The first member of an object, or of one put in its place, a second time. */
function twice(reply, { body })
{
	const first = /^\{("[^"]*":)/.exec(body);

	whole(reply, { body: first ? `{${first[1]}0,${body.slice(1)}` : '[{"a":1,"a":2}]' });
}

/** By name: (reply, answer, door). */
export const faults = {
	slow, cut, twice, chunked,
	silent: () => {},
	reset: (reply) => reply.socket.destroy(),
	gzip: packed((bytes) => gzipSync(bytes)),
	'gzip-cut': packed((bytes) => half(gzipSync(bytes))),
	'gzip-bomb': packed(bomb),
	'chunked-cut': chunkedCut,
	'too-long': ofLength((length) => length + 10),
	'too-short': ofLength((length) => length - 10),
	429: refusal(429, retryAfter), 418: refusal(418, retryAfter),
	503: refusal(503, retryAfter), 500: refusal(500), 404: refusal(404),
	redirect: (reply, answer, door) => whole(reply, { code: 302, body: '{}' },
		{ location: door.to ?? '/elsewhere' + door.path }),
	html: text('<html><body>maintenance</body></html>', { 'content-type': 'text/html' }),
	empty: text(''), nothing: text('[]'), spaces: text(' '.repeat(SPACES)), deep: text('['.repeat(DEPTH)),
	shape: text('{"nothing":["of","this"]}'), zeros: text('\0'.repeat(5000)),
	close: (reply, answer) => whole(reply, answer, { connection: 'close' }),
	date: (reply, answer, door) => whole(reply, answer,
		{ date: new Date(Date.now() + 1000 * (door.skew ?? 7200)).toUTCString() }),
	none: whole,
};

/** Those that a client must take for good answers. */
export const harmless = ['none', 'gzip', 'chunked', 'close', 'date'];
