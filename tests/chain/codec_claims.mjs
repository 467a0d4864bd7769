// codec_claims.mjs [PLIMSOLL] [SEED] -- random claims, each judged by ethers:
// ABI encodings, calls, typed data, EIP-1559 transactions, checksums, and
// inputs that both must refuse.  One seed gives one list of claims.
import {
  AbiCoder, Interface, SigningKey, Transaction, TypedDataEncoder, Wallet, computeAddress,
  encodeRlp, getAddress, id, keccak256, sha256, toUtf8Bytes,
} from "ethers";
import { Tally, programPath } from "./codec_lines.mjs";

const program = programPath();
const seed = process.argv[3] ?? "1";
const coder = AbiCoder.defaultAbiCoder();

// Random numbers: sha256(seed, counter), so the same on every machine.
let counter = 0;
function randomHex(bytes) {
  let out = "";
  while (out.length < 2 * bytes) out += sha256(toUtf8Bytes(`${seed}:${counter++}`)).slice(2);
  return "0x" + out.slice(0, 2 * bytes);
}
const below = (n) => Number(BigInt(randomHex(6)) % BigInt(n));
const pick = (list) => list[below(list.length)];
const chance = (percent) => below(100) < percent;
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));

const randomAddress = () => getAddress(randomHex(20));
const writtenAddress = () => pick([(a) => a, (a) => a.toLowerCase(), (a) => "0x" + a.slice(2).toUpperCase()])(randomAddress());
const randomKey = () => new SigningKey(randomHex(32)).privateKey;
const randomBytes = (max) => randomHex(below(max + 1));

// Plain letters, quotes, escapes, control characters, NUL, two to four bytes of UTF-8.
const letters = ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u0000", "\u0001", "\u001f", "\u007f", "é", "Ω", "€", "漢", "\ufeff", "😀", "𝝣"];
const randomString = () => times(below(70), () => pick(letters)).join("");

// An integer of the type, often at an edge.
function randomInteger(bits, signed) {
  const top = 1n << BigInt(signed ? bits - 1 : bits);
  const low = signed ? -top : 0n;
  const edges = [low, low + 1n, 0n, 1n, top - 1n, top - 2n, top / 2n];
  if (chance(40)) return pick(edges);
  const width = BigInt(randomHex(32)) % (top - low);
  return chance(50) ? low + width : (width >> BigInt(below(bits))) % top;
}

// The same integer as a JSON number, decimal or hexadecimal text.
function writtenInteger(value) {
  const safe = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
  if (safe && chance(40)) return Number(value);
  if (chance(50)) return value.toString();
  const hex = (value < 0n ? -value : value).toString(16);
  return (value < 0n ? "-0x" : "0x") + (chance(50) ? hex : "0".repeat(below(3)) + hex.toUpperCase());
}

// {type, value (for ethers), json (for plimsoll)} of one elementary type.
const bitSizes = times(32, (i) => 8 * (i + 1));
function elementary() {
  const size = 1 + below(32), bits = pick(bitSizes);
  switch (below(7)) {
    case 0: return { type: "address", make: () => { const a = writtenAddress(); return [a, a]; } };
    case 1: return { type: "bool", make: () => { const b = chance(50); return [b, b]; } };
    case 2: return { type: `bytes${size}`, make: () => { const b = randomHex(size); return [b, b]; } };
    case 3: return { type: "bytes", make: () => { const b = randomBytes(100); return [b, b]; } };
    case 4: return { type: "string", make: () => { const s = randomString(); return [s, s]; } };
    case 5: return { type: `uint${bits}`, make: () => { const v = randomInteger(bits, false); return [v, writtenInteger(v)]; } };
    default: return { type: `int${bits}`, make: () => { const v = randomInteger(bits, true); return [v, writtenInteger(v)]; } };
  }
}

const unzip = (pairs) => [pairs.map((p) => p[0]), pairs.map((p) => p[1])];

function arrayOf(inner) {
  const fixed = chance(50), length = 1 + below(3);
  return {
    type: inner.type + (fixed ? `[${length}]` : "[]"),
    make: () => unzip(times(fixed ? length : below(4), () => inner.make())),
  };
}

function randomType(depth) {
  const roll = depth ? below(10) : 0;
  if (roll < 5) return elementary();
  if (roll < 8) return arrayOf(randomType(depth - 1));
  const members = times(1 + below(4), () => randomType(depth - 1));
  return {
    type: (chance(50) ? "tuple(" : "(") + members.map((m) => m.type).join(",") + ")",
    make: () => unzip(members.map((m) => m.make())),
  };
}

const forEthers = (type) => type.replaceAll("tuple(", "(").replaceAll("(", "tuple(");

function abiClaim(label) {
  const types = times(below(6), () => randomType(3));
  const [values, json] = unzip(types.map((t) => t.make()));
  return {
    label, input: { types: types.map((t) => t.type), values: json },
    expect: { encoded: coder.encode(types.map((t) => forEthers(t.type)), values) },
  };
}

const randomName = () => pick("abcdefgh".split("")) + pick(["", "Value", "_of", "9"]) + below(1000);

function callClaim(label) {
  const types = times(below(5), () => randomType(2));
  const [values, json] = unzip(types.map((t) => t.make()));
  const name = randomName();
  const fragment = `function ${name}(${types.map((t, i) => forEthers(t.type) + ` p${i}`).join(", ")})`;
  const plain = `${name}(${types.map((t) => t.type).join(",")})`;
  const contract = new Interface([fragment]);
  return {
    label, input: { signature: chance(50) ? fragment : plain, values: json },
    expect: { data: contract.encodeFunctionData(name, values) },
  };
}

function selectorClaim(label) {
  const types = times(below(6), () => randomType(3).type);
  const name = randomName();
  const alias = (type) => type.replace(/\buint256\b/g, "uint").replace(/\bint256\b/g, "int");
  const canonical = `${name}(${types.map((t) => t.replaceAll("tuple(", "(")).join(",")})`;
  const signature = chance(50) ? canonical : `function ${name}(${types.map((t, i) => `${alias(t)} a${i}`).join(", ")}) external view returns (uint x)`;
  return { label, input: { signature }, expect: { selector: id(canonical).slice(0, 10) } };
}

// Structs S0 … Sn; a struct refers only to later ones, so nothing is circular.
function randomStructs() {
  const count = 1 + below(5);
  const names = times(count, (i) => `${pick(["Mail", "Person", "order", "Z", "a_b"])}${i}`);
  const structs = new Array(count);
  for (let i = count - 1; i >= 0; i--) {
    const members = times(1 + below(5), (k) => {
      const inner = i + 1 < count && (chance(40) || k === 0) ? structs[k === 0 ? i + 1 : i + 1 + below(count - i - 1)] : elementary();
      let type = inner;
      while (chance(30)) type = arrayOf(type);
      return { name: `m${k}`, type };
    });
    structs[i] = {
      type: names[i], members,
      make: () => {
        const pairs = members.map((m) => [m.name, m.type.make()]);
        return [Object.fromEntries(pairs.map(([n, p]) => [n, p[0]])), Object.fromEntries(pairs.map(([n, p]) => [n, p[1]]))];
      },
    };
  }
  const types = Object.fromEntries(structs.map((s) => [s.type, s.members.map((m) => ({ name: m.name, type: m.type.type }))]));
  return { primary: structs[0], types };
}

function randomDomain() {
  const all = {
    name: randomString(), version: String(below(100)), chainId: pick([1, 31337, "10", "0x2105", below(1e9)]),
    verifyingContract: writtenAddress(), salt: randomHex(32),
  };
  return Object.fromEntries(Object.entries(all).filter(() => chance(60)));
}

function typedClaim(label) {
  const { primary, types } = randomStructs();
  const [message, json] = primary.make();
  const domain = randomDomain();
  const encoder = TypedDataEncoder.from(types);
  if (encoder.primaryType !== primary.type) throw new Error(`${label}: primary type ${encoder.primaryType}`);
  const key = randomKey();
  const digest = TypedDataEncoder.hash(domain, types, message);
  return {
    label, input: { domain, types, primaryType: primary.type, message: json, key },
    expect: {
      digest, domainSeparator: TypedDataEncoder.hashDomain(domain), structHash: encoder.hash(message),
      signature: new SigningKey(key).sign(digest).serialized, signer: computeAddress(key),
    },
  };
}

function transactionClaim(label) {
  const key = randomKey();
  const numbers = {
    chainId: randomInteger(pick([8, 16, 32, 48]), false), nonce: randomInteger(pick([8, 32, 53]), false) % (1n << 53n),
    gasLimit: randomInteger(pick([24, 64]), false), maxPriorityFeePerGas: randomInteger(pick([8, 40, 128]), false),
    maxFeePerGas: randomInteger(pick([40, 256]), false), value: randomInteger(pick([8, 80, 256]), false),
  };
  if (numbers.maxPriorityFeePerGas > numbers.maxFeePerGas) numbers.maxPriorityFeePerGas = numbers.maxFeePerGas;
  const rest = {
    to: chance(90) ? writtenAddress() : null, data: randomBytes(300),
    accessList: times(below(4), () => ({ address: writtenAddress(), storageKeys: times(below(4), () => randomHex(32)) })),
  };
  const present = Object.fromEntries(Object.entries({ ...numbers, ...rest }).filter(() => chance(85)));
  if (present.maxFeePerGas === undefined) delete present.maxPriorityFeePerGas;
  const made = Transaction.from({ type: 2, ...present });
  made.signature = new SigningKey(key).sign(made.unsignedHash);
  const tx = Object.fromEntries(Object.entries(present).map(([n, v]) => [n, typeof v === "bigint" ? writtenInteger(v) : v]));
  return {
    label, input: { key, tx },
    expect: { raw: made.serialized, hash: keccak256(made.serialized), from: computeAddress(key) },
  };
}

const nested = (depth) => (depth && chance(60) ? times(below(5), () => nested(depth - 1)) : randomBytes(pick([1, 55, 56, 300])));

function rlpClaim(label) {
  const decoded = nested(5);
  return { label, input: { decoded }, expect: { encoded: encodeRlp(decoded) } };
}

function checksumClaim(label) {
  const address = randomAddress();
  return { label, input: { address: address.toLowerCase() }, expect: { address } };
}

function addressClaim(label) {
  const key = randomKey();
  return { label, input: { key }, expect: { address: new Wallet(key).address } };
}

function keccakClaim(label) {
  const data = randomBytes(pick([4, 135, 136, 137, 400]));
  return { label, input: { data }, expect: { hash: keccak256(data) } };
}

// Inputs that ethers refuses: so must plimsoll.  `judge` must throw.
function refusal(label, input, judge) {
  let refused = false;
  try { judge(); } catch { refused = true; }
  if (!refused) throw new Error(`${label}: ethers accepts ${JSON.stringify(input)}`);
  return { label, input, expect: "error" };
}

function badAbiClaim(label) {
  const bits = pick(bitSizes);
  const [type, value] = pick([
    () => [`uint${bits}`, (1n << BigInt(bits)).toString()], () => [`uint${bits}`, "-1"],
    () => [`int${bits}`, (1n << BigInt(bits - 1)).toString()], () => [`int${bits}`, (-(1n << BigInt(bits - 1)) - 1n).toString()],
    () => ["uint257", "1"], () => ["uint7", "1"], () => ["bytes33", "0x"], () => ["bytes0", "0x"],
    () => ["address", randomHex(19)], () => ["address", miscased(randomAddress())], () => ["bytes4", randomHex(5)],
    () => ["bytes", "0x123"], () => ["bytes", "hello"], () => ["uint8[2]", [1]], () => ["(uint8,bool)", [1]],
    () => ["uint8[]", 7], () => ["uint8", "seven"], () => ["uint8", "1.5"], () => ["tuple(uint8", [1]], () => ["uint8)", 1],
  ])();
  return refusal(label, { types: [type], values: [value] }, () => coder.encode([type.startsWith("(") ? "tuple" + type : type], [value]));
}

// The case of one letter changed: no longer a checksum.
function miscased(address) {
  const at = [...address].findIndex((c, i) => i > 1 && /[a-f]/i.test(c));
  const letter = address[at] === address[at].toUpperCase() ? address[at].toLowerCase() : address[at].toUpperCase();
  const changed = address.slice(0, at) + letter + address.slice(at + 1);
  return /[a-f]/.test(changed.slice(2)) && /[A-F]/.test(changed.slice(2)) ? changed : miscased(randomAddress());
}

function badChecksumClaim(label) {
  const address = miscased(randomAddress());
  return refusal(label, { address }, () => getAddress(address));
}

function badTypedClaim(label) {
  const types = pick([
    () => ({ types: { A: [{ name: "x", type: "B" }] }, message: { x: {} } }),
    () => ({ types: { A: [{ name: "x", type: "uint8" }, { name: "x", type: "uint8" }] }, message: { x: 1 } }),
    () => ({ types: { A: [{ name: "x", type: "uint8" }] }, message: { x: 256 } }),
    () => ({ types: { A: [{ name: "x", type: "uint8[2]" }] }, message: { x: [1] } }),
    () => ({ types: { A: [{ name: "x", type: "bytes4" }] }, message: { x: "0x01" } }),
    () => ({ types: { A: [{ name: "x", type: "address" }] }, message: { x: miscased(randomAddress()) } }),
    () => ({ types: { A: [{ name: "x", type: "uint8" }] }, message: {} }),
    () => ({ types: { A: [{ name: "x", type: "uint8" }] }, message: { x: 1 }, domain: { colour: "red" } }),
  ])();
  const { types: declared, message, domain = {} } = types;
  return refusal(label, { domain, types: declared, primaryType: "A", message },
    () => TypedDataEncoder.hash(domain, declared, message));
}

const plan = [
  ["abi", "abi", abiClaim, 700], ["call", "call", callClaim, 250], ["selector", "selector", selectorClaim, 250],
  ["typed data", "eip712", typedClaim, 500], ["transactions", "tx", transactionClaim, 500], ["rlp", "rlp", rlpClaim, 200],
  ["checksums", "checksum", checksumClaim, 300], ["keys", "address", addressClaim, 100], ["keccak", "keccak", keccakClaim, 200],
  ["refused abi", "abi", badAbiClaim, 200], ["refused checksums", "checksum", badChecksumClaim, 50],
  ["refused typed data", "eip712", badTypedClaim, 100],
];

const tally = new Tally("claims");
console.log(`seed ${seed}`);
for (const [part, verb, make, count] of plan)
  tally.check(program, part, verb, times(count, (i) => make(`${part} ${i}`)), count);
tally.finish();
