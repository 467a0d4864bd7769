/*
 * test_registry.mjs -- EnclaveRegistry and DevAttestationVerifier on a real
 * node, driven by ethers: registration, each refusal, loss of authority, and a
 * second node of another chain id where the development verifier must refuse.
 * Uses no Aave.  Last line: `registry: N passed, N failed`; exit 1 on failure.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbiCoder, Contract, ContractFactory, JsonRpcProvider, NonceManager, Wallet,
	concat, hexlify, id, keccak256, solidityPacked, toBeHex, zeroPadValue }
	from 'ethers';
import { ROOT } from '../../setup/solc/groups.mjs';
import { compile } from '../../setup/solc/compile.mjs';
import { artifact, decodeError } from './devnet/artifacts.mjs';
import { namedAccounts } from './devnet/accounts.mjs';
import { CHAIN_ID, freePort, startNode, stopNode } from './devnet/node.mjs';

const IMAGE = id('image 1');
const FAMILY = id('family');
const MODEL = id('model');
const POLICY = id('policy');
const MARKET = id('market');
const STATUS = { VALID: 0n, UNKNOWN: 1n, REVOKED: 2n, EXPIRED: 3n,
	OPERATOR_REMOVED: 4n, IMAGE_REVOKED: 5n, IMAGE_ENDED: 6n };
const STEWARD = '0x00000000000000000000000000000000000057e7';
const coder = AbiCoder.defaultAbiCoder();

const DEV_TYPES = { DevAttestation: [
	{ name: 'imageId', type: 'bytes32' }, { name: 'timestampMs', type: 'uint64' },
	{ name: 'publicKey', type: 'bytes' }, { name: 'userData', type: 'bytes' },
	{ name: 'nonce', type: 'bytes' }] };
const field = (type, name) => ({ type, name });
const DECISION_TYPES = {
	Tuple: [field('address', 'asset'), field('uint8', 'kind'),
		field('uint256[]', 'oldValues'), field('uint256[]', 'newValues')],
	Decision: ['bytes32 market', 'uint8 mode', 'uint64 epoch', 'uint8 trigger',
		'uint8 outcome', 'uint8 evidence', 'uint64 asOf', 'uint64 validUntil',
		'uint64 anchorBlock', 'bytes32 anchorBlockHash', 'bytes32 previousState',
		'bytes32 state', 'bytes32 caseDigest', 'bytes32 policyHash',
		'bytes32 modelHash', 'bytes32 protocolFingerprint', 'bytes32 reportDigest',
		'uint256 reasons', 'Tuple[] tuples']
		.map((line) => field(...line.split(' '))),
};

let passed = 0;
let failed = 0;

function check(name, condition, detail = '')
{
	condition ? passed++ : failed++;
	if (!condition)
		console.log(`not ok - ${name} ${detail}`);
}

/* Runs a transaction that must revert with this error. */
async function refused(name, error, run)
{
	try {
		const sent = await run();
		await sent?.wait?.();
		check(name, false, `no ${error}`);
	} catch (caught) {
		const data = caught.data ?? caught.info?.error?.data;
		const reason = data ? decodeError({ data }) : caught.message;
		check(name, reason.startsWith(error), `got ${reason}, want ${error}`);
	}
}

/* A stop of the run, told as what it was doing. */
async function part(name, run)
{
	try {
		await run();
	} catch (error) {
		check(name, false, error.message);
	}
}

async function deploy(signer, name, ...values)
{
	const it = artifact('plimsoll', name);
	const contract = await new ContractFactory(it.abi, it.bytecode, signer)
		.deploy(...values);
	await contract.waitForDeployment();
	return contract;
}

/* The people and contracts of one run. */
async function setUp(rpc)
{
	const provider = new JsonRpcProvider(rpc, undefined,
		{ staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 });
	const accounts = namedAccounts();
	const wallet = (who) => new NonceManager(new Wallet(who.key, provider));
	const w = { provider, notary: new Wallet(id('notary'), provider),
		owner: wallet(accounts.deployer), operator: wallet(accounts.operator),
		guardian: wallet(accounts.guardian), stranger: wallet(accounts.stranger),
		operatorAddress: accounts.operator.address };
	w.verifier = await deploy(w.owner, 'DevAttestationVerifier', w.notary.address);
	w.registry = await deploy(w.owner, 'EnclaveRegistry', accounts.deployer.address,
		w.verifier.target, accounts.guardian.address);
	for (const call of [w.registry.setSteward(STEWARD),
		w.registry.approveImage(IMAGE, FAMILY, 1, MODEL, POLICY),
		w.registry.approveOperator(w.operatorAddress)])
		await (await call).wait();
	return w;
}

/*
 * What an honest enclave of this operator attests now. The block is one back:
 * in an eth_call the newest block's hash is not known yet.
 */
async function documentOf(w, key)
{
	const block = await w.provider.getBlock(await w.provider.getBlockNumber() - 1);
	const nonce = keccak256(coder.encode(['address', 'uint256', 'address', 'bytes32'],
		[w.registry.target, CHAIN_ID, w.operatorAddress, block.hash]));
	return { block: block.number, imageId: IMAGE,
		timestampMs: BigInt(block.timestamp) * 1000n,
		publicKey: '0x' + key.signingKey.publicKey.slice(4),
		userData: solidityPacked(['string', 'bytes32', 'bytes32', 'uint64', 'address',
			'address'], ['PLM1', MODEL, POLICY, CHAIN_ID, STEWARD, w.operatorAddress]),
		nonce };
}

async function evidenceOf(w, document, notary = w.notary)
{
	const signature = await notary.signTypedData(
		{ name: 'Plimsoll development attestation', version: '1', chainId: CHAIN_ID,
			verifyingContract: w.verifier.target }, DEV_TYPES, {
			imageId: document.imageId, timestampMs: document.timestampMs,
			publicKey: document.publicKey, userData: document.userData,
			nonce: document.nonce });
	const { imageId, timestampMs, publicKey, userData, nonce } = document;
	return coder.encode(['tuple(bytes32,uint64,bytes,bytes,bytes)', 'bytes'],
		[[imageId, timestampMs, publicKey, userData, nonce], signature]);
}

const asOperator = (w) => w.registry.connect(w.operator);

/* A static call as well: the error's bytes come back whole. */
async function tryRegister(w, document, options = {})
{
	const evidence = await evidenceOf(w, document, options.notary);
	const registry = w.registry.connect(options.sender ?? w.operator);
	return registry.registerEnclave.staticCall(evidence, options.block ?? document.block);
}

async function register(w, key)
{
	const document = await documentOf(w, key);
	const evidence = await evidenceOf(w, document);
	const sent = await asOperator(w).registerEnclave(evidence, document.block);
	return sent.wait();
}

async function happyPath(w, key)
{
	const document = await documentOf(w, key);
	check('nonce is the challenge', document.nonce
		=== await w.registry.challenge(w.operatorAddress, document.block));
	const receipt = await register(w, key);
	check('registration is mined', receipt.status === 1);
	console.log(`registration: ${receipt.gasUsed} gas with calldata`);
	const info = await w.registry.checkKey(key.address, MARKET);
	check('key info', info.imageId === IMAGE && info.modelHash === MODEL
		&& info.policyHash === POLICY && info.operator === w.operatorAddress);
	check('event', receipt.logs.some((log) =>
		w.registry.interface.parseLog(log)?.args.key === key.address));
	await refused('twice', 'KeyKnown', async () =>
		tryRegister(w, await documentOf(w, key)));
}

const flip = (bytes, at) => {
	const raw = Buffer.from(bytes.slice(2), 'hex');
	raw[at] ^= 1;
	return hexlify(raw);
};

async function refusals(w)
{
	const key = Wallet.createRandom();
	const base = await documentOf(w, key);
	check('the untouched document would pass',
		await tryRegister(w, base) === key.address);
	const cases = [
		['old', 'EvidenceTooOld', { timestampMs: base.timestampMs - 601000n }],
		['future', 'EvidenceInFuture', { timestampMs: base.timestampMs + 60000n }],
		['nonce', 'NonceMismatch', { nonce: flip(base.nonce, 31) }],
		['magic', 'UserDataMismatch', { userData: flip(base.userData, 0) }],
		['model', 'UserDataMismatch', { userData: flip(base.userData, 4) }],
		['policy', 'UserDataMismatch', { userData: flip(base.userData, 36) }],
		['chain', 'UserDataMismatch', { userData: flip(base.userData, 75) }],
		['steward', 'UserDataMismatch', { userData: flip(base.userData, 95) }],
		['operator', 'UserDataMismatch', { userData: flip(base.userData, 115) }],
		['longer', 'UserDataMismatch', { userData: concat([base.userData, '0x00']) }],
		['key with 04', 'BadPublicKey', { publicKey: concat(['0x04', base.publicKey]) }],
		['image', 'ImageUnknown', { imageId: id('unknown') }],
	];
	for (const [name, error, change] of cases)
		await refused(name, error, () => tryRegister(w, { ...base, ...change }));
	await refused('another block', 'NonceMismatch',
		() => tryRegister(w, base, { block: base.block - 1 }));
	await refused('unknown notary', 'NotTheNotary',
		() => tryRegister(w, base, { notary: Wallet.createRandom() }));
	await refused('stranger', 'OperatorUnknown',
		() => tryRegister(w, base, { sender: w.stranger }));
	await refused('a mined transaction too', 'EvidenceTooOld', async () =>
		asOperator(w).registerEnclave(await evidenceOf(w,
			{ ...base, timestampMs: base.timestampMs - 601000n }), base.block));
	await w.provider.send('anvil_mine', ['0x101']);
	await refused('block out of reach', 'BlockTooOld', () => tryRegister(w, base));
}

function decision(value)
{
	return { market: MARKET, mode: 0, epoch: 7, trigger: 0, outcome: 1, evidence: 3,
		asOf: 1, validUntil: 2, anchorBlock: 3, anchorBlockHash: id('a'),
		previousState: id('p'), state: id('s'), caseDigest: id('case'),
		policyHash: POLICY, modelHash: MODEL, protocolFingerprint: id('f'),
		reportDigest: id('r'), reasons: 0, tuples: [{ asset: STEWARD, kind: 2,
			oldValues: [100], newValues: [value] }] };
}

async function equivocation(w, key)
{
	const domain = { name: 'Plimsoll', version: '1', chainId: CHAIN_ID,
		verifyingContract: STEWARD };
	const sign = (d) => key.signTypedData(domain, DECISION_TYPES, d);
	const [a, b] = [decision(90), decision(89)];
	const anyone = w.registry.connect(w.stranger);
	await refused('the same decision twice', 'NotEquivocation', async () =>
		anyone.reportEquivocation.staticCall(a, await sign(a), a, await sign(a)));
	const other = { ...b, caseDigest: id('another case') };
	await refused('two cases', 'NotEquivocation', async () =>
		anyone.reportEquivocation.staticCall(a, await sign(a), other, await sign(other)));
	const sent = await anyone.reportEquivocation(a, await sign(a), b, await sign(b));
	await sent.wait();
	check('equivocation revokes',
		await w.registry.keyStatus(key.address, MARKET) === STATUS.REVOKED);
	await refused('revoked key', 'KeyInvalid',
		() => w.registry.checkKey(key.address, MARKET));
}

async function statusIs(w, name, key, status)
{
	const got = await w.registry.keyStatus(key.address, MARKET);
	check(name, got === STATUS[status], `status ${got}`);
}

/* Each step in a snapshot, so that the next starts from a valid key. */
async function lossOfAuthority(w, key)
{
	const day = 86400;
	const steps = [
		['expiry', 'EXPIRED', () => wait(w, 30 * day)],
		['guardian revokes the image', 'IMAGE_REVOKED',
			() => w.registry.connect(w.guardian).revokeImage(IMAGE)],
		['guardian revokes the key', 'REVOKED',
			() => w.registry.connect(w.guardian).revokeKey(key.address)],
		['operator removed', 'OPERATOR_REMOVED',
			() => w.registry.removeOperator(w.operatorAddress)],
		['successor within the overlap', 'VALID', () =>
			w.registry.approveImage(id('image 2'), FAMILY, 2, MODEL, POLICY)],
		['successor after the overlap', 'IMAGE_ENDED', async () => {
			await (await w.registry.approveImage(id('image 2'), FAMILY, 2, MODEL,
				POLICY)).wait();
			await wait(w, day);
		}],
	];
	for (const [name, status, run] of steps) {
		const snapshot = await w.provider.send('evm_snapshot', []);
		const sent = await run();
		await sent?.wait?.();
		await statusIs(w, name, key, status);
		await w.provider.send('evm_revert', [snapshot]);
		for (const signer of [w.owner, w.guardian])
			signer.reset();
	}
}

async function wait(w, seconds)
{
	await w.provider.send('evm_increaseTime', [toBeHex(seconds)]);
	await w.provider.send('evm_mine', []);
}

/* A second node, chain id 1: neither constructor nor a copied verifier works. */
async function otherChain(w)
{
	const port = await freePort();
	const anvil = join(ROOT, 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil');
	const child = spawn(anvil, ['--host', '127.0.0.1', '--port', String(port),
		'--chain-id', '1', '--quiet'], { stdio: 'ignore' });
	try {
		const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, 1,
			{ staticNetwork: true, cacheTimeout: -1 });
		await ready(provider);
		await refused('constructor on chain 1', 'DevelopmentOnly', () =>
			provider.call({ data: concat([artifact('plimsoll',
				'DevAttestationVerifier').bytecode,
			zeroPadValue(w.notary.address, 32)]) }));
		await provider.send('anvil_setCode', [w.verifier.target,
			await w.provider.getCode(w.verifier.target)]);
		const copy = new Contract(w.verifier.target, w.verifier.interface, provider);
		const document = await documentOf(w, Wallet.createRandom());
		const evidence = await evidenceOf(w, document);
		await refused('verify on chain 1', 'DevelopmentOnly', () => copy.verify(evidence));
		await refused('notary on chain 1', 'DevelopmentOnly', () => copy.notary());
		provider.destroy();
	} finally {
		child.kill('SIGTERM');
	}
}

async function ready(provider)
{
	for (const end = Date.now() + 10000; Date.now() < end;) {
		try {
			return await provider.send('eth_blockNumber', []);
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
	throw new Error('the second node did not start');
}

async function main()
{
	await compile(['plimsoll']);
	const folder = mkdtempSync(join(tmpdir(), 'plimsoll-registry-'));
	const log = join(folder, 'anvil.log');
	const time_s = Math.floor(Date.now() / 1000);
	const node = await startNode({ time_s, log });
	try {
		const w = await setUp(`http://127.0.0.1:${node.port}`);
		const key = Wallet.createRandom();
		await part('happy path', () => happyPath(w, key));
		await part('refusals', () => refusals(w));
		await part('loss of authority', () => lossOfAuthority(w, key));
		await part('equivocation', () => equivocation(w, key));
		await part('another chain', () => otherChain(w));
		w.provider.destroy();
	} catch (error) {
		check('set-up', false, error.message);
	} finally {
		await stopNode(node);
		rmSync(folder, { recursive: true });
	}
	console.log(`registry: ${passed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

await main();
