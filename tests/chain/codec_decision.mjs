// codec_decision.mjs DRIVER [SEED] -- the digests of case/decision.h against
// ethers: types are read from PlimsollTypes.sol, so that a change of the
// contract's structs shows here.  Ends with `decision: N passed, N failed`.
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { AbiCoder, TypedDataEncoder, getAddress, keccak256, sha256, toUtf8Bytes } from "ethers";

const COUNT = 500;
const driver = process.argv[2];
const seed = process.argv[3] ?? "1";
const solidity = readFileSync(new URL("../../governance/contracts/src/interfaces/PlimsollTypes.sol", import.meta.url), "utf8");

// Members of a Solidity struct as [{name, type}].
function members(name) {
  const body = solidity.match(new RegExp(`struct ${name} \\{([^}]*)\\}`))[1];
  return body.split(";").map((line) => line.trim()).filter(Boolean)
    .map((line) => { const [type, member] = line.split(/\s+/); return { name: member, type }; });
}
const types = { Decision: members("Decision"), Tuple: members("Tuple") };
const attachmentType = `tuple(${members("Attachment").map((m) => m.type).join(",")})`;

let counter = 0;
function randomHex(bytes) {
  let out = "";
  while (out.length < 2 * bytes) out += sha256(toUtf8Bytes(`${seed}:${counter++}`)).slice(2);
  return "0x" + out.slice(0, 2 * bytes);
}
const below = (n) => Number(BigInt(randomHex(6)) % BigInt(n));
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));
// Zero and the largest value now and then.
function randomNumber(bits) {
  const top = (1n << BigInt(bits)) - 1n;
  return [0n, top, BigInt(randomHex(bits / 8)), BigInt(randomHex(bits / 8)) >> BigInt(below(bits))][below(4)];
}

// The order of words that decision_driver.c reads is the order of members.
function randomMember(type) {
  const bits = type.match(/^uint(\d+)$/);
  if (type === "bytes32") return randomHex(32);
  if (type === "address") return getAddress(randomHex(20));
  if (bits) return randomNumber(Math.min(Number(bits[1]), 128));
  throw new Error(`no random ${type}`);
}

function randomTuple() {
  const count = 1 + below(4);
  return {
    asset: randomMember("address"), kind: BigInt(1 + below(8)),
    oldValues: times(count, () => randomNumber(128)), newValues: times(count, () => randomNumber(128)),
  };
}

function randomDecision() {
  const decision = {};
  for (const { name, type } of types.Decision)
    decision[name] = type === "Tuple[]" ? times(below(6), randomTuple)
      : name === "reasons" ? randomNumber(64) : randomMember(type);
  return decision;
}

function decisionClaim() {
  const domain = { name: "Plimsoll", version: "1", chainId: randomNumber(64), verifyingContract: randomMember("address") };
  const d = randomDecision();
  const scalars = types.Decision.filter((m) => m.type !== "Tuple[]").map((m) => d[m.name]);
  const tuples = d.tuples.flatMap((t) => [t.asset, t.kind, t.oldValues.length, ...t.oldValues, ...t.newValues]);
  return {
    line: ["D", domain.chainId, domain.verifyingContract, ...scalars, d.tuples.length, ...tuples].join(" "),
    expected: TypedDataEncoder.hash(domain, types, d),
  };
}

function attachmentClaim() {
  const report = randomHex(32), probes = times(below(17), () => randomMember("address"));
  const assets = times(below(17), () => randomMember("address")), prices = assets.map(() => randomNumber(128));
  return {
    line: ["A", report, probes.length, ...probes, assets.length, ...assets, ...prices].join(" "),
    expected: keccak256(AbiCoder.defaultAbiCoder().encode([attachmentType], [[report, probes, assets, prices]])),
  };
}

const claims = [...times(COUNT, decisionClaim), ...times(COUNT, attachmentClaim)];
const run = spawnSync(driver, { input: claims.map((c) => c.line + "\n").join(""), maxBuffer: 1 << 26, encoding: "utf8" });
if (run.error || run.status !== 0) {
  console.error(`error: ${driver}: ${run.error?.message ?? run.stderr}`);
  process.exit(2);
}
const answers = run.stdout.trimEnd().split("\n");
const wrong = claims.filter((c, i) => answers[i] !== c.expected);
for (const claim of wrong.slice(0, 5)) console.log(`FAIL ${claim.line.slice(0, 400)}`);
const extra = answers.length === claims.length ? 0 : 1;
console.log(`seed ${seed}: ${COUNT} decisions, ${COUNT} attachments`);
console.log(`decision: ${claims.length - wrong.length} passed, ${wrong.length + extra} failed`);
process.exit(wrong.length || extra ? 1 : 0);
