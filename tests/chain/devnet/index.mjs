/*
 * index.mjs -- everything a test or the demonstration imports of the devnet.
 */
export { abi, artifact, creation, decodeError, decodeRevert } from './artifacts.mjs';
export { connect, down, marketWith, readDevnet, up, writeDevnet } from './devnet.mjs';
export { setPrice, setPrices } from './feeds.mjs';
export { execute, govern, proposalId, propose, queue, vote } from './governor.mjs';
export { guard } from './node.mjs';
export { Rpc, RpcError, hex, sleep } from './rpc.mjs';
export { Sender } from './sender.mjs';
export { configureSteward, deploySteward, developmentLimits, marketId }
	from './steward_deploy.mjs';
export { formatTable, readAccounts, readTable } from './table.mjs';
