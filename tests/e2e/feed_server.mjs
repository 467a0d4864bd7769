/*
 * feed_server.mjs -- price APIs on loopback that answer as the real ones do, and
 * misbehave when they are told to.
 * usage: feed_server.mjs [--ports N] [--tls DIR] [--recorded FOLDER] [--every MS]
 *        [--count-from-now]
 * --every: between events of a stream; --count-from-now: see feed_prices.mjs.
 * Prints one line, the ports: N of HTTP, then with --tls those of HTTPS, one
 * with DIR/right.pem and one with DIR/wrong.pem (certificate and key in one).
 * Every port serves the same; a port is a host of its own to who counts requests.
 *
 * The first part of a path may be a door: any name under which one source of a
 * test is served, http://127.0.0.1:PORT/NAME.  A door fault-X has the fault X of
 * feed_faults.mjs, lie-X the lie X: recorded, stale, forged, unproven, upside-down, back (every other answer
 * is of 20 s ago).
 *   /control/set?door=NAME&fault=X&lie=X&factor=1.05&after=S&skew=S&to=URL&times=N
 *                &delay=MS
 *       from now on; after N answers it is healthy again.  Prices are multiplied
 *       by factor, answers come after the delay.  Without settings: healthy.
 *   /control/log[?door=NAME]  requests so far: [{at, door, port, host, path,
 *       fault, connection}], at in ms, the newest 100000
 *   /control/counts  {door: {requests, connections}}
 *   /control/hangup?door=NAME  its event streams end; how many there were
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { parseArgs } from 'node:util';
import { answerTo, isAsked, recordedAnswers } from './feed_answers.mjs';
import { faults } from './feed_faults.mjs';
import { countFromNow } from './feed_prices.mjs';

const LOG_MAX = 100000;
const KEEP_ALIVE_MS = 120000;
const BACK_S = 20;
const NO_SUCH_PATH = { code: 404, body: '{"message":"no such path"}' };
const text = { type: 'string' };
const { values: options } = parseArgs({ options: { ports: { ...text, default: '1' },
	tls: text, recorded: text, every: { ...text, default: '1000' },
	'count-from-now': { type: 'boolean' } } });
if (options['count-from-now'])
	countFromNow();
const recorded = options.recorded && recordedAnswers(options.recorded);
const doors = new Map(), counts = new Map(), log = [];
const streams = new Map();	/* replies by door */
const connections = new WeakMap();
let connectionCount = 0, requestCount = 0;

/* What a door's name says of it, until the control says otherwise. */
function preset(name)
{
	const [, kind, what] = /^(fault|lie)-(.+)$/.exec(name) ?? [];
	return kind ? { [kind]: what } : {};
}

function doorOf(name)
{
	if (!doors.has(name))
		doors.set(name, preset(name));
	return doors.get(name);
}

function set(query)
{
	const { door, ...settings } = Object.fromEntries(query);
	const known = !settings.fault || Object.hasOwn(faults, settings.fault);

	for (const name of ['factor', 'times', 'skew', 'delay'])
		if (name in settings)
			settings[name] = Number(settings[name]);
	if (known)
		doors.set(door, settings);
	return { ok: known };
}

function hangup(query)
{
	const open = [...streams.get(query.get('door')) ?? []];

	open.forEach((reply) => reply.destroy());
	return { streams: open.length };
}

const control = {
	set, hangup,
	log: (query) => log.filter(({ door }) => !query.has('door') || door === query.get('door')),
	counts: () => Object.fromEntries([...counts].map(([door, { requests, seen }]) =>
		[door, { requests, connections: seen.size }])),
};

function note(request, { door, path, search, fault })
{
	const { socket } = request;
	const count = counts.get(door) ?? { requests: 0, seen: new Set() };

	if (!connections.has(socket))
		connections.set(socket, ++connectionCount);
	count.requests++;
	count.seen.add(connections.get(socket));
	counts.set(door, count);
	log.push({ at: Date.now(), door, port: socket.localPort, host: request.headers.host,
		path: path + search, fault, connection: connections.get(socket) });
	if (log.length > LOG_MAX)
		log.splice(0, LOG_MAX / 10);
}

/* A door's settings for one answer; one of `times` is used up. */
function takeSettings(door)
{
	const settings = doorOf(door);

	if (settings.times === 0)
		return {};
	if (settings.times)
		settings.times--;
	return settings;
}

const nowS = () => Math.floor(Date.now() / 1000);

/* Events of a stream: the answer of every moment, until somebody hangs up. */
function stream(reply, asked)
{
	reply.writeHead(200, { 'content-type': 'text/event-stream' });
	const tell = () => reply.write('data:'
		+ answerTo({ ...asked, door: doorOf(asked.name), now_s: nowS() }, recorded).body + '\n\n');
	const clock = setInterval(tell, Number(options.every));
	const open = streams.get(asked.name) ?? new Set();
	streams.set(asked.name, open.add(reply));
	reply.on('close', () => {
		clearInterval(clock);
		open.delete(reply);
	});
	tell();
}

function serve(request, reply)
{
	const url = new URL(request.url, 'http://127.0.0.1');
	const [, first, rest] = /^\/([^/]*)(.*)$/.exec(url.pathname);

	if (first === 'control' && control[rest.slice(1)])
		return reply.end(JSON.stringify(control[rest.slice(1)](url.searchParams)));
	const [name, path] = isAsked(url.pathname) ? ['', url.pathname] : [first, rest];
	const door = takeSettings(name);
	const asked = { path, query: url.searchParams, door, name,
		now_s: nowS() - (door.lie === 'back' ? BACK_S * (requestCount++ % 2) : 0) };
	const answer = isAsked(path) ? answerTo(asked, recorded) : NO_SUCH_PATH;

	note(request, { door: name, path, search: url.search, fault: door.fault ?? 'none' });
	if (answer.stream && !door.fault)
		return stream(reply, asked);
	const send = () => faults[door.fault ?? 'none'](reply, answer,
		{ ...door, path: request.url });
	return door.delay ? setTimeout(send, door.delay) : send();
}

/* A client's odd query must not end the server; it is the test's mistake. */
function handle(request, reply)
{
	request.resume();
	try {
		serve(request, reply);
	} catch (error) {
		process.stderr.write(`feed_server: ${request.url}: ${error.stack}\n`);
		reply.destroy();
	}
}

function listen(make, pem)
{
	const credentials = pem ? { key: readFileSync(pem), cert: readFileSync(pem) } : {};
	const server = make({ keepAliveTimeout: KEEP_ALIVE_MS, ...credentials }, handle);

	return new Promise((resolve) => server.listen(0, '127.0.0.1',
		() => resolve(server.address().port)));
}

const wanted = Array.from({ length: Number(options.ports) }, () => [createServer]);
if (options.tls)
	wanted.push(...['right', 'wrong'].map((name) => [createSecure, `${options.tls}/${name}.pem`]));
const ports = [];
for (const [make, pem] of wanted)
	ports.push(await listen(make, pem));
console.log(ports.join(' '));
