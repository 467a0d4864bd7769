/*
 * governance.mjs -- deploys OpenZeppelin's Governor, TimelockController and a
 * votes token.  The Governor is the timelock's only proposer, anyone executes,
 * and no account administers either.  Driving proposals: governor.mjs.
 */
import { ZeroAddress, getCreateAddress } from 'ethers';
import { abi, artifact, creation } from './artifacts.mjs';

const SUPPLY = 10n ** 24n;
export const VOTING_DELAY_BLOCKS = 1;
export const VOTING_PERIOD_BLOCKS = 10;
export const TIMELOCK_DELAY_S = 60;

/** Queues it all; returns {token, timelock, governor}. */
export function deployGovernance(sender, accounts)
{
	const { deployer, voter } = accounts;
	const token = sender.create(deployer, creation(artifact('governor', 'DevVotes'),
		[voter.address, SUPPLY]), 'DevVotes');
	const governor = getCreateAddress({ from: deployer.address,
		nonce: sender.nonces.get(deployer.address) + 1 });
	const timelock = sender.create(deployer,
		creation(artifact('governor', 'DevTimelock'),
			[TIMELOCK_DELAY_S, [governor], [ZeroAddress]]), 'DevTimelock');
	sender.create(deployer, creation(artifact('governor', 'DevGovernor'),
		[token, timelock, VOTING_DELAY_BLOCKS, VOTING_PERIOD_BLOCKS]), 'DevGovernor');
	return { token, timelock, governor };
}

/** Queues the voter's delegation to itself; the token must stand by then. */
export function delegateVotes(sender, { voter }, { token })
{
	sender.invoke(voter, token, abi('governor', 'DevVotes'), 'delegate',
		[voter.address]);
}
