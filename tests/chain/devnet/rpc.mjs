/*
 * rpc.mjs -- a JSON-RPC client of the local chain and what tests ask of a
 * node: calls, batches, mining, time, receipts.  Not a wallet (sender.mjs),
 * and starts no node (node.mjs).
 */
const CHUNK = 200;	/* calls a request: anvil's body limit is far above */

export class RpcError extends Error {
	constructor(method, error)
	{
		super(`${method}: ${error.message ?? 'no message'} (${error.code})`);
		this.code = error.code;
		this.data = error.data;
	}
}

export class Rpc {
	constructor(url)
	{
		this.url = url;
		this.id = 0;
	}

	async post(body)
	{
		const response = await fetch(this.url, { method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body) });
		if (!response.ok)
			throw new Error(`${this.url}: HTTP ${response.status}`);
		return response.json();
	}

	/** One call; throws RpcError with code and data. */
	async call(method, ...params)
	{
		const answer = await this.post(
			{ jsonrpc: '2.0', id: ++this.id, method, params });
		if (answer.error)
			throw new RpcError(method, answer.error);
		return answer.result;
	}

	/**
	 * Many calls [[method, ...params]]; results in order.  A failed one throws,
	 * or with `keepErrors` stands as an RpcError among the results.
	 */
	async batch(calls, { keepErrors = false } = {})
	{
		const results = [];
		for (let i = 0; i < calls.length; i += CHUNK) {
			const part = calls.slice(i, i + CHUNK);
			results.push(...await this.chunk(part, keepErrors));
		}
		return results;
	}

	async chunk(calls, keepErrors)
	{
		const first = this.id + 1;
		const answers = await this.post(calls.map(([method, ...params]) =>
			({ jsonrpc: '2.0', id: ++this.id, method, params })));
		const results = new Array(calls.length);
		for (const answer of answers) {
			const i = answer.id - first;
			results[i] = answer.error
				? new RpcError(calls[i][0], answer.error) : answer.result;
			if (answer.error && !keepErrors)
				throw results[i];
		}
		return results;
	}

	/** eth_call of one function; the decoded Result (ethers). */
	async read(to, abi, name, ...values)
	{
		return (await this.readMany([{ to, abi, name, values }]))[0];
	}

	/** Many eth_calls [{to, abi, name, values}] in one batch, decoded. */
	async readMany(list, block = 'latest')
	{
		const calls = list.map(({ to, abi, name, values = [] }) => ['eth_call',
			{ to, data: abi.encodeFunctionData(name, values) }, block]);
		const answers = await this.batch(calls);
		return answers.map((data, i) =>
			list[i].abi.decodeFunctionResult(list[i].name, data));
	}

	blockNumber()
	{
		return this.call('eth_blockNumber').then(Number);
	}

	async timestamp()
	{
		const block = await this.call('eth_getBlockByNumber', 'latest', false);
		return Number(block.timestamp);
	}

	/** Mines `blocks` blocks, `interval_s` apart. */
	mine(blocks = 1, interval_s = 1)
	{
		return this.call('anvil_mine', hex(blocks), hex(interval_s));
	}

	/** Moves the chain's clock forward and mines one block there. */
	async increaseTime(seconds)
	{
		await this.call('evm_increaseTime', hex(seconds));
		await this.call('evm_mine');
	}

	/** Mines one block at a time; later blocks go on from it. */
	async setTime(time_s)
	{
		await this.call('evm_setNextBlockTimestamp', hex(time_s));
		await this.call('evm_mine');
	}

	/** Waits for a receipt, by default 10 s; throws when there is none. */
	async receipt(hash, wait_ms = 10000)
	{
		for (const end = Date.now() + wait_ms; Date.now() < end;) {
			const receipt = await this.call('eth_getTransactionReceipt', hash);
			if (receipt)
				return receipt;
			await sleep(20);
		}
		throw new Error(`transaction ${hash} not mined in ${wait_ms} ms`);
	}

	/** Runs a function while `address` can send without its key. */
	async impersonate(address, run)
	{
		await this.call('anvil_impersonateAccount', address);
		try {
			return await run();
		} finally {
			await this.call('anvil_stopImpersonatingAccount', address);
		}
	}
}

export const hex = (value) => '0x' + BigInt(value).toString(16);
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
