/*
 * positions.mjs -- opens the planned positions by real transactions: mint,
 * approve, supply, borrow, each position from an account of its own.
 */
import { positionAccount } from './accounts.mjs';
import { abi } from './artifacts.mjs';
import { hex } from './rpc.mjs';

const ETHER = 10n ** 18n;
const VARIABLE = 2;
const TOKEN_GAS = 120000;
const SUPPLY_GAS = 500000;
const BORROW_GAS = 1000000;
const EMODE_GAS = 500000;

async function fund(rpc, accounts)
{
	await rpc.batch(accounts.map(({ address }) =>
		['anvil_setBalance', address, hex(100n * ETHER)]));
}

function mint(sender, faucet, { account, asset, amount })
{
	sender.invoke(faucet, asset, abi('aave', 'TestnetERC20'),
		'mint(address,uint256)', [account.address, amount], TOKEN_GAS);
}

function supply(sender, pool, { account, asset, amount })
{
	sender.invoke(account, asset, abi('aave', 'TestnetERC20'), 'approve',
		[pool, amount], TOKEN_GAS);
	sender.invoke(account, pool, abi('aave', 'PoolInstance'),
		'supply(address,uint256,address,uint16)',
		[asset, amount, account.address, 0], SUPPLY_GAS);
}

function borrow(sender, pool, { account, asset, amount })
{
	sender.invoke(account, pool, abi('aave', 'PoolInstance'),
		'borrow(address,uint256,uint256,uint16,address)',
		[asset, amount, VARIABLE, 0, account.address], BORROW_GAS);
}

function enter(sender, pool, account, emode)
{
	if (emode)
		sender.invoke(account, pool, abi('aave', 'PoolInstance'),
			'setUserEMode', [emode], EMODE_GAS);
}

/**
 * Opens every position of the plan: all mints, all supplies, all e-modes, all
 * borrows.  tokens: {symbol: address}; first: number of the first account.
 * Returns the addresses in the plan's order.
 */
export async function openPositions(sender, faucet,
	{ pool, tokens, plan, first = 0 })
{
	const accounts = plan.map((_, index) => positionAccount(first + index));
	await fund(sender.rpc, accounts);
	sender.fresh(accounts);
	const each = (side, run) => plan.forEach((position, i) =>
		position[side].forEach(({ symbol, amount }) =>
			run({ account: accounts[i], asset: tokens[symbol], amount })));
	/* A node may order different senders as it likes: one step at a time. */
	each('collaterals', (it) => mint(sender, faucet, it));
	await sender.flush();
	each('collaterals', (it) => supply(sender, pool, it));
	await sender.flush();
	plan.forEach(({ emode }, i) => enter(sender, pool, accounts[i], emode));
	await sender.flush();
	each('debts', (it) => borrow(sender, pool, it));
	await sender.flush();
	return accounts.map(({ address }) => address);
}
