// test_limiter.mjs -- the limiter in Solidity and in C give the same answers.
//
// Draws limits, states and tuples at plus or minus one of every boundary, asks
// LimiterHarness on a bare local node and the C driver, and compares verdict,
// values, bucket levels and times.  Arguments: the driver; then, optional, the
// number of cases (6000) and the seed (1).
import {spawn, spawnSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {createServer} from "node:net";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {ContractFactory, Interface, JsonRpcProvider, id} from "ethers";
import {Random} from "./random.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const driver = process.argv[2];
const total = Number(process.argv[3] ?? 6000);
const random = new Random(process.argv[4] ?? 1);
const BATCH = 250; // about 1.2 MB of calldata; the node refuses 2 MB
const UNIT = 10n ** 18n;
const MASK = (1n << 64n) - 1n;
const COUNTS = [0, 3, 1, 1, 4, 4, 3, 1, 1, 0];
const VERDICTS = ["APPLY", "QUEUE", "CONFIRM"];
const ERRORS = ["NoLimits", "ValueCount", "ValueRange", "OldValueMismatch",
	"ZeroCap", "IdChanged", "NoChange", "EvidenceTooWeak", "OutOfBand",
	"StepTooLarge", "TooSoon", "AllowanceExceeded", "LoosenPaused",
	"Pending"];
const SELECTORS = new Map(ERRORS.map((e) => [id(e + "()").slice(0, 10), e]));

const below = (n) => random.below(n);
const chance = (percent) => random.chance(percent);
const pick = (list) => random.pick(list);
const clamp = (v, low, high) => (v < low ? low : v > high ? high : v);
const near = (v) => v + below(3) - 1n;
const U128 = (1n << 128n) - 1n;

const isCap = (kind) => kind === 2 || kind === 3;

function drawValue(kind, i) {
	if (isCap(kind)) {
		const big = pick([1n, 7n, 1000n, 123456n, 68719476735n, U128]);
		return chance(8) ? 0n : clamp(near(big), 1n, U128);
	}
	if (kind === 7) return below(2);
	if (kind === 5 && i === 0) return below(4);
	if (kind === 6 && i === 0) return 10n ** 18n + below(10n ** 17n);
	if (chance(2)) return U128 - below(2);
	return below(12000);
}

function drawComponent(kind, old) {
	const small = () => pick([0n, 1n, 10n, 50n, 300n, 2500n, 9999n, 10000n]);
	const room = () => pick([0n, 1n, 100n, 3000n, 20000n]);
	const wide = isCap(kind) ? old : room();
	const c = {
		floor: clamp(near(old - (chance(85) ? wide / 2n + room() : -room())), 0n, U128),
		ceiling: clamp(near(old + (chance(85) ? wide + room() : -room())), 0n, U128),
		stepTighten: small(), stepLoosen: small(),
		allowanceTighten: small(), allowanceLoosen: small(),
		fastLoosen: small(),
	};
	if (chance(2)) c.stepTighten = c.allowanceTighten = MASK;
	if (chance(70)) { // generous: later checks must be reached too
		c.stepTighten = c.stepLoosen = 10000n;
		c.allowanceTighten = c.allowanceLoosen = pick([10000n, 15000n, 30000n]);
		c.floor = 0n;
		c.ceiling = U128;
	}
	return c;
}

// New values one unit around what step, allowance or band admit.
function drawNew(kind, i, old, c, relative) {
	if (kind === 7) return below(2);
	if (kind === 5 && i === 0) return chance(96) ? old : old + 1n;
	if (chance(30)) return old;
	const bound = pick([c.stepTighten, c.stepLoosen, c.allowanceTighten,
		c.allowanceLoosen, c.fastLoosen, 1n]);
	const down = relative ? old - old * bound / 10000n : old - bound;
	const up = !relative ? old + bound :
		bound < 10000n ? old * 10000n / (10000n - bound) : old * 3n;
	const at = pick([down, up, down, up, c.floor, c.ceiling, 0n]);
	return clamp(near(at), 0n, U128);
}

function sizeOf(kind, relative, from, to) {
	const d = from > to ? from - to : to - from;
	const larger = from > to ? from : to;
	if (!relative) return d * UNIT;
	if (from === 0n || to === 0n) return 10000n * UNIT;
	return (d * 10000n * UNIT + larger - 1n) / larger;
}

function drawBucket(q, i, capacity) {
	if (chance(40)) return {level: 0n, updatedAt: 0n};
	const full = capacity * UNIT;
	const elapsed = pick([0n, 1n, q.limit.window / 2n, q.limit.window, q.limit.window + 1n, 7n]);
	const recharge = q.limit.window ? full * elapsed / q.limit.window : 0n;
	const need = sizeOf(q.kind, q.limit.relative, q.oldValues[i], q.newValues[i]);
	const level = pick([0n, full, full / 3n, near(need - recharge), near(need - recharge)]);
	return {level: clamp(level, 0n, U128), updatedAt: clamp(q.time - elapsed, 1n, MASK)};
}

function drawPending(q) {
	const life = BigInt(q.pendingLife);
	const ready = near(chance(60) ? q.time - 50n : q.time);
	const expires = near(chance(75) ? ready + life : q.time);
	const count = q.oldValues.length;
	const same = chance(90);
	return {
		present: chance(65), readyAt: ready, expiresAt: clamp(expires, 0n, MASK),
		oldValues: q.oldValues.map((v) => clamp(same ? v : near(v), 0n, U128)),
		newValues: q.newValues.map((v, i) => i < count && !(q.kind === 5 && i === 0) && chance(50) ?
			clamp(near(pick([v, (v + q.oldValues[i]) / 2n, q.oldValues[i]])), isCap(q.kind) ? 1n : 0n, U128) : v),
	};
}

function drawLimit(kind, values) {
	return {
		set: chance(99), relative: chance(97) ? isCap(kind) : !isCap(kind),
		window: pick([0n, 1n, 3600n, 86400n, 259200n, 4294967295n]),
		minDelayTighten: pick([0n, 0n, 3600n, 4294967295n]),
		minDelayLoosen: pick([0n, 0n, 86400n]),
		components: values.map((v) => drawComponent(kind, v)),
	};
}

// Spoils the shape now and then, so that checks 1 to 6 are seen as well.
function spoil(q) {
	const at = Number(below(Math.max(1, q.newValues.length)));
	const what = Number(below(140));
	if (what === 0) q.newValues.push(1n);
	if (what === 1) q.oldValues.pop();
	if (what === 2) q.newValues[at] = U128 + 1n + below(2);
	if (what === 3) q.oldValues[at] = U128 + 1n;
	if (what === 4) q.current[at] = clamp(near(q.current[at] ?? 0n), 0n, U128);
	if (what === 5) q.limit.components.pop();
}

function draw() {
	const kind = Number(chance(1) ? pick([0n, 9n]) : 1n + below(8));
	const oldValues = Array.from({length: COUNTS[kind]}, (_, i) => drawValue(kind, i));
	const time = 1700000000n + below(1000);
	const limit = drawLimit(kind, oldValues);
	const q = {
		kind, evidence: pick([1, 1, 1, 1, 1, 2, 3]), development: chance(20),
		loosenPaused: chance(8), time,
		lastChange: 0n, lastClassC: chance(50) ? 0n : near(time - 86400n),
		confirmDelay: pick([0n, 3600n]), timelockDelay: pick([3600n, 172800n]),
		pendingLife: pick([1n, 3600n, 86400n]),
		limit, current: [...oldValues], oldValues,
		newValues: oldValues.map((v, i) => drawNew(kind, i, v, limit.components[i], limit.relative)),
	};
	if (chance(50)) q.lastChange = clamp(near(time - pick([limit.minDelayTighten, limit.minDelayLoosen])), 0n, MASK);
	q.tighten = oldValues.map((_, i) => drawBucket(q, i, limit.components[i].allowanceTighten));
	q.loosen = oldValues.map((_, i) => drawBucket(q, i, limit.components[i].allowanceLoosen));
	q.pending = drawPending(q);
	spoil(q);
	return q;
}

function line(q) {
	const l = q.limit;
	const words = [q.kind, q.evidence, +q.development, +q.loosenPaused, q.time,
		q.lastChange, q.lastClassC, q.confirmDelay, q.timelockDelay,
		q.pendingLife, +l.set, +l.relative, l.window, l.minDelayTighten,
		l.minDelayLoosen, l.components.length];
	for (const c of l.components)
		words.push(c.floor, c.ceiling, c.stepTighten, c.stepLoosen,
			c.allowanceTighten, c.allowanceLoosen, c.fastLoosen);
	for (const list of [q.current, q.oldValues, q.newValues])
		words.push(list.length, ...list);
	words.push(q.tighten.length);
	q.tighten.forEach((b, i) => words.push(b.level, b.updatedAt, q.loosen[i].level, q.loosen[i].updatedAt));
	words.push(+q.pending.present, q.pending.readyAt, q.pending.expiresAt);
	for (const list of [q.pending.oldValues, q.pending.newValues])
		words.push(list.length, ...list);
	return words.join(" ");
}

function compile() {
	const solc = createRequire(import.meta.url)("solc");
	const sources = {};
	for (const path of ["tests/chain/LimiterHarness.sol", "governance/contracts/src/RiskLimits.sol",
		"governance/contracts/src/interfaces/PlimsollTypes.sol"])
		sources[path] = {content: readFileSync(join(root, path), "utf8")};
	const output = JSON.parse(solc.compile(JSON.stringify({
		language: "Solidity", sources,
		settings: {optimizer: {enabled: true, runs: 200}, evmVersion: "cancun",
			outputSelection: {"*": {"*": ["abi", "evm.bytecode.object"]}}},
	})));
	const errors = (output.errors ?? []).filter((e) => e.severity === "error");
	if (errors.length) throw new Error(errors.map((e) => e.formattedMessage).join("\n"));
	return output.contracts["tests/chain/LimiterHarness.sol"].LimiterHarness;
}

const freePort = () => new Promise((done) => {
	const server = createServer().listen(0, "127.0.0.1", () => {
		const {port} = server.address();
		server.close(() => done(port));
	});
});

async function startNode() {
	const port = await freePort();
	const node = spawn(join(root, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"),
		["--port", port, "--host", "127.0.0.1", "--silent", "--disable-block-gas-limit"], {stdio: "ignore"});
	process.on("exit", () => node.kill());
	const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, 31337, {staticNetwork: true, batchMaxCount: 1});
	for (let i = 0; i < 100; i++) {
		const ok = await fetch(`http://127.0.0.1:${port}`, {method: "POST", headers: {"content-type": "application/json"},
			body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'}).then((r) => r.ok, () => false);
		if (ok) return {node, provider};
		await new Promise((done) => setTimeout(done, 50));
	}
	throw new Error("anvil did not start");
}

// The contract's result in the driver's words.
function words(iface, q, result) {
	if (!result.ok) return SELECTORS.get(result.data.slice(0, 10)) ?? `unknown error ${result.data}`;
	const [a] = iface.decodeFunctionResult("check", result.data);
	const out = [VERDICTS[Number(a.verdict)], +a.loosening, a.readyAt, a.expiresAt, a[4].length];
	a[4].forEach((v, i) => out.push(v,
		(a.chargedTighten >> BigInt(i)) & 1n, a.tightenLevels[i], (a.chargedLoosen >> BigInt(i)) & 1n, a.loosenLevels[i]));
	return out.join(" ");
}

async function askChain(provider, address, iface, queries) {
	const data = iface.encodeFunctionData("checkAll", [queries]);
	const answer = await provider.send("eth_call", [{to: address, data, gas: "0x2540be400"}, "latest"])
		.catch((error) => { throw new Error(`eth_call failed: ${String(error.message).slice(0, 200)}`); });
	return iface.decodeFunctionResult("checkAll", answer)[0].map((r, i) => words(iface, queries[i], r));
}

function askDriver(queries) {
	const run = spawnSync(driver, {input: queries.map(line).join("\n") + "\n", encoding: "utf8", maxBuffer: 1 << 28});
	if (run.status !== 0) throw new Error(`driver ended with ${run.status}: ${run.stderr}`);
	return run.stdout.trimEnd().split("\n");
}

const compiled = compile();
const iface = new Interface(compiled.abi);
const {node, provider} = await startNode();
let passed = 0, failed = 0;
const seen = new Map();
try {
	const factory = new ContractFactory(iface, compiled.evm.bytecode.object, await provider.getSigner(0));
	const harness = await factory.deploy({gasLimit: 20000000});
	await harness.waitForDeployment();
	const address = await harness.getAddress();
	for (let done = 0; done < total; done += BATCH) {
		const queries = Array.from({length: Math.min(BATCH, total - done)}, draw);
		const chain = await askChain(provider, address, iface, queries);
		const local = askDriver(queries);
		queries.forEach((q, i) => {
			const verdict = chain[i].split(" ")[0];
			seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
			if (chain[i] === local[i]) return passed++;
			if (failed++ < 5) console.log(`differs\n  query    ${line(q)}\n  contract ${chain[i]}\n  C        ${local[i]}`);
		});
	}
	for (const name of [...VERDICTS, ...ERRORS]) {
		console.log(`  ${name.padEnd(18)} ${seen.get(name) ?? 0}`);
		if (!seen.get(name) && total >= 5000) {
			console.log(`no case reached ${name}`);
			failed++;
		}
	}
} finally {
	provider.destroy();
	node.kill();
}
console.log(`limiter: ${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
