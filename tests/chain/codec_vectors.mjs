// codec_vectors.mjs [PLIMSOLL] -- the published vectors of
// @ethersproject/testcases through `plimsoll eth`.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { getAddress, keccak256 } from "ethers";
import { Tally, programPath } from "./codec_lines.mjs";

const program = programPath();
const tally = new Tally("vectors");
const folder = join(dirname(createRequire(import.meta.url)
  .resolve("@ethersproject/testcases/package.json")), "testcases");

function load(name) {
  return JSON.parse(gunzipSync(readFileSync(join(folder, `${name}.json.gz`))));
}

function hashes() {
  tally.check(program, "hashes", "keccak", load("hashes").map((t, i) => ({
    label: i, input: { data: t.data }, expect: { hash: t.keccak256 },
  })), 516);
}

function accounts() {
  const list = load("accounts");
  tally.check(program, "accounts", "checksum", list.map((t) => ({
    label: t.name, input: { address: t.address.toLowerCase() }, expect: { address: t.checksumAddress },
  })), 1038);
  const keyed = list.filter((t) => t.privateKey);
  tally.check(program, "accounts", "address", keyed.map((t) => ({
    label: t.name, input: { key: t.privateKey }, expect: { address: t.checksumAddress },
  })), 1000);
  tally.excluded("accounts", list.length - keyed.length, "no private key is given, so no address follows from one");
}

function rlp() {
  tally.check(program, "rlp-coder", "rlp", load("rlp-coder").map((t) => ({
    label: t.name, input: { decoded: t.decoded }, expect: { encoded: t.encoded },
  })), 61);
}

// Integers of a legacy transaction without leading zeros.
function stripped(hex) {
  const digits = (hex ?? "0x").slice(2).replace(/^0+/, "");
  return "0x" + (digits.length % 2 ? "0" : "") + digits;
}

function legacyTransactions() {
  const list = load("transactions");
  tally.check(program, "transactions", "rlp", list.map((t) => ({
    label: t.name,
    input: { decoded: [stripped(t.nonce), stripped(t.gasPrice), stripped(t.gasLimit),
      (t.to ?? "0x").toLowerCase(), stripped(t.value), t.data ?? "0x"] },
    expect: { encoded: t.unsignedTransaction },
  })), 1067);
  tally.check(program, "transactions", "address", list.map((t) => ({
    label: t.name, input: { key: t.privateKey }, expect: { address: getAddress(t.accountAddress) },
  })), 1067);
  tally.excluded("transactions", list.length, "signing them: legacy transactions, and only EIP-1559 (type 2) is signed here");
}

function typedTransactions() {
  const list = load("typed-transactions");
  const mine = list.filter((t) => t.tx.type === 2);
  tally.check(program, "typed-transactions", "tx", mine.map((t) => ({
    label: t.name, input: { key: t.key, tx: t.tx },
    expect: { raw: t.signed, hash: keccak256(t.signed) },
  })), 1024);
  tally.excluded("typed-transactions", list.length - mine.length, "type 1 (EIP-2930): only type 2 is signed here");
}

function eip712() {
  const list = load("eip712");
  tally.check(program, "eip712", "eip712", list.map((t) => ({
    label: t.name,
    input: { domain: t.domain, types: t.types, primaryType: t.primaryType, message: t.data,
      ...(t.privateKey ? { key: t.privateKey } : {}) },
    expect: { digest: t.digest, structHash: keccak256(t.encoded),
      ...(t.signature ? { signature: t.signature } : {}) },
  })), 1025);
}

// {"type":"number","value":"1"} and lists of such, to plain values.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  return Array.isArray(value.value) ? plain(value.value) : value.value;
}

function abi(name, valuesOf, minimum) {
  tally.check(program, name, "abi", load(name).map((t) => ({
    label: t.name,
    input: { types: JSON.parse(t.types), values: plain(JSON.parse(valuesOf(t))) },
    expect: { encoded: t.result },
  })), minimum);
}

function signatures() {
  tally.check(program, "contract-signatures", "selector", load("contract-signatures").map((t) => ({
    label: t.name, input: { signature: t.signature }, expect: { selector: t.sigHash },
  })), 1880);
}

hashes();
accounts();
rlp();
legacyTransactions();
typedTransactions();
eip712();
abi("contract-interface-abi2", (t) => t.values, 1880);
abi("contract-interface", (t) => t.normalizedValues, 2045);
signatures();
tally.finish();
