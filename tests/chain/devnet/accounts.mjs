/*
 * accounts.mjs -- the people of the local chain.  Keys of anvil's well-known
 * test mnemonic and hashes of fixed words: worthless, for chain id 31337 only.
 */
import { HDNodeWallet, Mnemonic, computeAddress, id } from 'ethers';
import { MNEMONIC } from './node.mjs';

/* In the order of the mnemonic's accounts. */
const NAMES = ['deployer', 'voter', 'guardian', 'feedOwner', 'oracle1', 'oracle2',
	'oracle3', 'faucet', 'agent', 'operator', 'stranger', 'notary'];

/** {name: {address, key}} of the named accounts. */
export function namedAccounts()
{
	const root = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(MNEMONIC),
		"m/44'/60'/0'/0");
	const accounts = {};
	NAMES.forEach((name, i) => {
		const { address, privateKey } = root.deriveChild(i);
		accounts[name] = { address, key: privateKey };
	});
	return accounts;
}

export const oracles = (accounts) =>
	[accounts.oracle1, accounts.oracle2, accounts.oracle3];

/** The account of one position. */
export function positionAccount(index)
{
	const key = id(`plimsoll devnet position ${index}`);
	return { address: computeAddress(key), key };
}
