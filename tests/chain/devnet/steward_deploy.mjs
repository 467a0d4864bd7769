/*
 * steward_deploy.mjs -- our own contracts on a running devnet: verifier,
 * registry, adapter, steward, owned by the timelock from birth, wired and
 * configured by real Governor proposals.  The market's cache knows nothing of
 * them.
 */
import { id } from 'ethers';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from '../../../setup/solc/compile.mjs';
import { abi, artifact, creation } from './artifacts.mjs';
import { govern } from './governor.mjs';
import { Sender } from './sender.mjs';

const LIMITS = fileURLToPath(new URL('./limits.json', import.meta.url));
const CALLS_A_PROPOSAL = 8;	/* keeps an execution under EIP-7825's gas */

/* The numbers of PlimsollTypes.sol. */
const KINDS = { COLLATERAL: 1, SUPPLY_CAP: 2, BORROW_CAP: 3, RATES: 4, EMODE: 5,
	PRICE_CAP: 6, FREEZE: 7, RESERVE_FACTOR: 8 };

const ours = (name) => artifact('plimsoll', name);

/** The steward's id of the devnet's market. */
export const marketId = (devnet) =>
	id(`plimsoll devnet ${devnet.chainId} ${devnet.addresses.pool.toLowerCase()}`);

async function deployContracts(rpc, devnet)
{
	const { deployer, notary, guardian } = devnet.accounts;
	const sender = new Sender(rpc);
	await sender.learn([deployer]);
	const create = (name, values) =>
		sender.create(deployer, creation(ours(name), values), name);
	const owner = devnet.timelock;
	const verifier = create('DevAttestationVerifier', [notary.address]);
	const registry = create('EnclaveRegistry', [owner, verifier, guardian.address]);
	const adapter = create('AaveV3Adapter', [devnet.addresses.provider, owner]);
	const steward = create('RiskSteward',
		[owner, registry, guardian.address, true]);
	await sender.flush();
	return { verifier, registry, adapter, steward };
}

const encoded = (to, it, name, values) =>
	({ to, data: it.encodeFunctionData(name, values) });

/* Passes calls [{to, data}] by the Governor, a few to a proposal. */
async function governCalls(rpc, devnet, calls, description)
{
	const receipts = [];
	for (let i = 0; i < calls.length; i += CALLS_A_PROPOSAL) {
		const part = calls.slice(i, i + CALLS_A_PROPOSAL);
		receipts.push(await govern(rpc, devnet, {
			targets: part.map(({ to }) => to), values: part.map(() => 0),
			calldatas: part.map(({ data }) => data),
			description: `${description} (${i / CALLS_A_PROPOSAL + 1})` }));
	}
	return receipts;
}

/**
 * Deploys our contracts and wires them: steward named in registry and adapter,
 * adapter RISK_ADMIN of Aave, operator approved.  Returns the devnet with
 * addresses.{verifier, registry, adapter, steward}, market and
 * roles.riskAdmin; the caller writes devnet.json.  Cost: 1 s, and 12 s when
 * our contracts are compiled.
 */
export async function deploySteward(rpc, devnet)
{
	if (devnet.addresses.steward)
		throw new Error('this devnet already has a steward');
	await compile(['plimsoll']);
	const it = await deployContracts(rpc, devnet);
	await governCalls(rpc, devnet, [
		encoded(it.registry, abi('plimsoll', 'EnclaveRegistry'), 'setSteward',
			[it.steward]),
		encoded(it.registry, abi('plimsoll', 'EnclaveRegistry'),
			'approveOperator', [devnet.accounts.operator.address]),
		encoded(it.adapter, abi('plimsoll', 'AaveV3Adapter'), 'setSteward',
			[it.steward]),
		encoded(devnet.addresses.aclManager, abi('aave', 'ACLManager'),
			'addRiskAdmin', [it.adapter]),
	], 'Install the risk steward');
	return { ...devnet, market: marketId(devnet),
		addresses: { ...devnet.addresses, ...it },
		roles: { ...devnet.roles, riskAdmin: it.adapter, stewardOwner: devnet.timelock,
			notary: devnet.accounts.notary.address } };
}

function kindNumber(kind)
{
	const number = KINDS[kind] ?? Number(kind);
	if (!Object.values(KINDS).includes(number))
		throw new Error(`unknown kind "${kind}"`);
	return number;
}

function assetAddress(devnet, asset)
{
	const reserve = devnet.reserves.find(({ symbol, address }) =>
		symbol === asset || address.toLowerCase() === asset.toLowerCase());
	if (!reserve)
		throw new Error(`no reserve "${asset}" on the devnet`);
	return reserve.address;
}

/** limits.json for every reserve: [{asset, kind, relative, window, ...}]. */
export function developmentLimits(devnet)
{
	const { kinds } = JSON.parse(readFileSync(LIMITS, 'utf8'));
	return devnet.reserves.flatMap(({ symbol }) =>
		Object.entries(kinds).map(([kind, limit]) =>
			({ asset: symbol, kind, ...limit })));
}

function marketCall(devnet, config)
{
	const preset = JSON.parse(readFileSync(LIMITS, 'utf8')).market;
	const it = { ...preset, ...config.market, adapter: devnet.addresses.adapter,
		policyHash: config.policyHash };
	return encoded(devnet.addresses.steward, abi('plimsoll', 'RiskSteward'),
		'setMarket', [devnet.market, it]);
}

function limitCall(devnet, limit)
{
	const { asset, kind, ...rest } = limit;
	return encoded(devnet.addresses.steward, abi('plimsoll', 'RiskSteward'),
		'setLimits', [devnet.market, assetAddress(devnet, asset),
			kindNumber(kind), { set: true, ...rest }]);
}

const imageCall = (devnet, it) => encoded(devnet.addresses.registry,
	abi('plimsoll', 'EnclaveRegistry'), 'approveImage',
	[it.imageId, it.family, it.version, it.modelHash, it.policyHash]);

/**
 * Configures the steward by Governor proposals.  config: {policyHash, state,
 * images: [{imageId, family, version, modelHash, policyHash}], market
 * (overrides of limits.json), limits (default: developmentLimits)}; all but
 * policyHash may be absent.  Returns the proposals' receipts.
 * Cost: about 0.1 s a proposal; moves the clock 61 s for each of them.
 */
export function configureSteward(rpc, devnet, config)
{
	if (!config.policyHash)
		throw new Error('configuration without policyHash');
	const calls = [marketCall(devnet, config)];
	if (config.state)
		calls.push(encoded(devnet.addresses.steward,
			abi('plimsoll', 'RiskSteward'), 'setState',
			[devnet.market, config.state]));
	for (const image of config.images ?? [])
		calls.push(imageCall(devnet, image));
	for (const limit of config.limits ?? developmentLimits(devnet))
		calls.push(limitCall(devnet, limit));
	return governCalls(rpc, devnet, calls,
		`Configure the risk steward for policy ${config.policyHash}`);
}

/** A configuration file of steward.mjs. */
export function readConfiguration(path)
{
	if (!existsSync(path))
		throw new Error(`no such file: ${path}`);
	return JSON.parse(readFileSync(path, 'utf8'));
}
