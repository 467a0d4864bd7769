/*
 * governor.mjs -- drives the Governor: propose, vote, queue, execute, by real
 * transactions, moving the local chain's blocks and clock past the delays.
 * A proposal: {targets, values, calldatas, description}.
 */
import { id } from 'ethers';
import { abi } from './artifacts.mjs';
import { TIMELOCK_DELAY_S, VOTING_DELAY_BLOCKS, VOTING_PERIOD_BLOCKS }
	from './governance.mjs';
import { Sender } from './sender.mjs';

const FOR = 1;
const GAS = 15000000;
const governorAbi = () => abi('governor', 'DevGovernor');

/* One transaction to the Governor from a named account; its receipt. */
async function act(rpc, devnet, account, name, values)
{
	const sender = new Sender(rpc);
	await sender.learn([account]);
	sender.invoke(account, devnet.governor, governorAbi(), name, values, GAS);
	return (await sender.flush())[0];
}

const byHash = ({ targets, values, calldatas, description }) =>
	[targets, values, calldatas, id(description)];

/** The proposal's id. */
export async function proposalId(rpc, devnet, proposal)
{
	const [it] = await rpc.read(devnet.governor, governorAbi(), 'hashProposal',
		...byHash(proposal));
	return it;
}

/** Proposes as the voter; the receipt. */
export const propose = (rpc, devnet, proposal) =>
	act(rpc, devnet, devnet.accounts.voter, 'propose', [proposal.targets,
		proposal.values, proposal.calldatas, proposal.description]);

/** Waits the delay out, votes for, waits the period out. */
export async function vote(rpc, devnet, proposal)
{
	await rpc.mine(VOTING_DELAY_BLOCKS + 1);
	const receipt = await act(rpc, devnet, devnet.accounts.voter, 'castVote',
		[await proposalId(rpc, devnet, proposal), FOR]);
	await rpc.mine(VOTING_PERIOD_BLOCKS + 1);
	return receipt;
}

/** Queues in the timelock and waits its delay out. */
export async function queue(rpc, devnet, proposal)
{
	const receipt = await act(rpc, devnet, devnet.accounts.stranger, 'queue',
		byHash(proposal));
	await rpc.increaseTime(TIMELOCK_DELAY_S + 1);
	return receipt;
}

/** Executes: anyone may. */
export const execute = (rpc, devnet, proposal) =>
	act(rpc, devnet, devnet.accounts.stranger, 'execute', byHash(proposal));

/** The whole way; the four receipts. */
export async function govern(rpc, devnet, proposal)
{
	return { propose: await propose(rpc, devnet, proposal),
		vote: await vote(rpc, devnet, proposal),
		queue: await queue(rpc, devnet, proposal),
		execute: await execute(rpc, devnet, proposal) };
}
