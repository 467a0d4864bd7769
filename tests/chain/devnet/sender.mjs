/*
 * sender.mjs -- signs transactions with local keys and sends them in batches:
 * explicit nonces, mining on demand, every receipt checked.  The fees are
 * fixed and generous; this is a local chain's wallet, not the product's.
 */
import { SigningKey, Transaction, computeAddress, getCreateAddress } from 'ethers';
import { CHAIN_ID, GAS_LIMIT } from './node.mjs';
import { hex } from './rpc.mjs';
import { decodeError } from './artifacts.mjs';

const TIP = 1000000n;			/* wei a gas */
const FEE_CAP = 200000000000n;		/* 200 gwei */
const CREATE_GAS = 16000000;		/* under EIP-7825's 2^24 */

/* Splits a queue into blocks by the gas the transactions may use. */
function blocks(items)
{
	const list = [];
	let left = 0;
	for (const item of items) {
		if (item.gas > left) {
			list.push([]);
			left = GAS_LIMIT;
		}
		list[list.length - 1].push(item);
		left -= item.gas;
	}
	return list;
}

export class Sender {
	constructor(rpc)
	{
		this.rpc = rpc;
		this.queue = [];
		this.nonces = new Map();
		this.keys = new Map();
	}

	/* The signer and address of a private key, kept. */
	signer(key)
	{
		if (!this.keys.has(key)) {
			const signing = new SigningKey(key);
			this.keys.set(key, { signing, address: computeAddress(signing.publicKey) });
		}
		return this.keys.get(key);
	}

	/** Reads the nonces of accounts not yet known, in one batch. */
	async learn(accounts)
	{
		const fresh = accounts.map((account) => account.address)
			.filter((address) => !this.nonces.has(address));
		const list = await this.rpc.batch(fresh.map((address) =>
			['eth_getTransactionCount', address, 'pending']));
		fresh.forEach((address, i) => this.nonces.set(address, Number(list[i])));
	}

	/** Accounts known to have sent nothing yet: no need to ask. */
	fresh(accounts)
	{
		for (const { address } of accounts)
			this.nonces.set(address, 0);
	}

	nextNonce(address)
	{
		const nonce = this.nonces.get(address);
		if (nonce === undefined)
			throw new Error(`nonce of ${address} unknown: call learn() first`);
		this.nonces.set(address, nonce + 1);
		return nonce;
	}

	/** Queues a call of a contract. `label` names it in errors. */
	send(account, { to, data, gas = 1000000, label })
	{
		const nonce = this.nextNonce(account.address);
		this.queue.push({ account, to, data, gas, nonce, label });
	}

	/** Queues a call by ABI. */
	invoke(account, to, abi, name, values, gas)
	{
		this.send(account, { to, data: abi.encodeFunctionData(name, values),
			gas, label: name });
	}

	/** Queues a deployment; returns the address it will have. */
	create(account, data, label)
	{
		const nonce = this.nonces.get(account.address);
		this.send(account, { to: null, data, gas: CREATE_GAS,
			label: `deployment of ${label}` });
		return getCreateAddress({ from: account.address, nonce });
	}

	sign({ account, to, data, gas, nonce })
	{
		const transaction = Transaction.from({ type: 2, chainId: CHAIN_ID, nonce, to,
			data, gasLimit: gas, value: 0, maxPriorityFeePerGas: TIP,
			maxFeePerGas: FEE_CAP });
		const { signing } = this.signer(account.key);
		transaction.signature = signing.sign(transaction.unsignedHash);
		return transaction.serialized;
	}

	/**
	 * Sends the queue a block's worth at a time, mines, checks every receipt.
	 * (anvil drops a transaction that finds its block full.)  Returns the
	 * receipts in order.  Throws at the first failed one, with the decoded
	 * reason.  Mining is automatic again afterwards.
	 */
	async flush()
	{
		const items = this.queue;
		this.queue = [];
		const receipts = [];
		await this.rpc.call('evm_setAutomine', false);
		try {
			for (const block of blocks(items)) {
				const hashes = await this.rpc.batch(block.map((item) =>
					['eth_sendRawTransaction', this.sign(item)]));
				await this.rpc.call('evm_mine');
				receipts.push(...await this.check(block, hashes));
			}
		} finally {
			await this.rpc.call('evm_setAutomine', true);
		}
		return receipts;
	}

	async check(items, hashes)
	{
		const receipts = await this.rpc.batch(hashes.map((hash) =>
			['eth_getTransactionReceipt', hash]));
		for (let i = 0; i < items.length; i++) {
			if (!receipts[i])
				throw new Error(`${items[i].label}: not mined (nonce gap?)`);
			if (receipts[i].status !== '0x1')
				throw new Error(`${items[i].label} reverted: `
					+ await this.reason(items[i], receipts[i]));
		}
		return receipts;
	}

	/* Why a mined transaction failed: the same call again before its block. */
	async reason({ account, to, data, gas }, receipt)
	{
		const call = { from: account.address, data, gas: hex(gas) };
		if (to)
			call.to = to;
		try {
			await this.rpc.call('eth_call', call, hex(Number(receipt.blockNumber) - 1));
		} catch (error) {
			return decodeError(error);
		}
		return Number(receipt.gasUsed) > gas * 0.98 ? 'out of gas'
			: 'no reason on replay';
	}
}
