/*
 * feeds.mjs -- Chainlink's FluxAggregator behind an AggregatorProxy for each
 * reserve, and rounds submitted by its three oracles (two make an answer).
 */
import { ZeroAddress } from 'ethers';
import { oracles } from './accounts.mjs';
import { abi, artifact, creation } from './artifacts.mjs';
import { Sender } from './sender.mjs';

const DECIMALS = 8;
const MIN_SUBMISSIONS = 2;
const ROUND_TIMEOUT_S = 3600;
const MAX_ANSWER = 10n ** 16n;	/* 100 million USD */
const SUBMIT_GAS = 600000;	/* an estimate is exact for its second only */

/**
 * Queues the aggregators, their oracles and the proxies. Payment is 0, so any
 * ERC-20 can stand for LINK. Returns [{aggregator, proxy}] as `market` orders.
 */
export function deployFeeds(sender, accounts, reserves, link)
{
	const flux = artifact('feeds', 'FluxAggregator');
	const proxy = artifact('feeds', 'AggregatorProxy');
	const owner = accounts.feedOwner;
	const addresses = oracles(accounts).map((oracle) => oracle.address);
	return reserves.map(({ feed }) => {
		const aggregator = sender.create(owner, creation(flux, [link, 0,
			ROUND_TIMEOUT_S, ZeroAddress, 1, MAX_ANSWER, DECIMALS, feed]), feed);
		sender.invoke(owner, aggregator, flux.interface, 'changeOracles', [[],
			addresses, addresses, MIN_SUBMISSIONS, addresses.length, 0]);
		return { aggregator, proxy: sender.create(owner,
			creation(proxy, [aggregator]), `${feed} proxy`) };
	});
}

/**
 * Submits one round per feed: every oracle answers the same price.
 * rounds: [{aggregator, priceE8}]. Returns when all are mined.
 */
export async function submitRounds(rpc, accounts, rounds)
{
	const flux = abi('feeds', 'FluxAggregator');
	const sender = new Sender(rpc);
	await sender.learn(oracles(accounts));
	const latest = await rpc.readMany(rounds.map(({ aggregator }) =>
		({ to: aggregator, abi: flux, name: 'latestRound' })));
	rounds.forEach(({ aggregator, priceE8 }, i) => {
		for (const oracle of oracles(accounts))
			sender.invoke(oracle, aggregator, flux, 'submit',
				[latest[i][0] + 1n, BigInt(priceE8)], SUBMIT_GAS);
	});
	await sender.flush();
}

/** Sets feeds of a devnet.json to {symbol: priceE8}; throws for an unknown symbol. */
export async function setPrices(rpc, devnet, prices)
{
	const rounds = Object.entries(prices).map(([symbol, priceE8]) => {
		const reserve = devnet.reserves.find((it) => it.symbol === symbol);
		if (!reserve)
			throw new Error(`no reserve "${symbol}" on the devnet`);
		return { aggregator: reserve.aggregator, priceE8 };
	});
	await submitRounds(rpc, devnet.accounts, rounds);
}

/** Sets one feed. */
export const setPrice = (rpc, devnet, symbol, priceE8) =>
	setPrices(rpc, devnet, { [symbol]: priceE8 });
