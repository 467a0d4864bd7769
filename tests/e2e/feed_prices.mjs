/*
 * feed_prices.mjs -- what the served markets trade at: a price for every asset at
 * every second there ever was, a pure function of names and time, so that two
 * runs of a test see the same history.  Not a model of anything: it moves by a
 * little every minute and by more over days, less than quality checks doubt.
 * After countFromNow() time is counted from the hour in which that was said, so
 * that runs on two days see the same, too.
 */

const LEVELS = { ETH: 2300, BTC: 42000, LINK: 15, CRV: 0.63, AAVE: 110, USDC: 1 };

/* Period in seconds and reach of each wave; all waves are there at once. */
const WAVES = [[2592000, 0.2], [86400, 0.02], [3600, 0.003], [60, 0.0003]];
const CALM = 0.001;	/* share of the waves that a pegged asset sees */

const HOUR_S = 3600;
const START_S = 1700000000 - 1700000000 % HOUR_S;
let shift_s = 0;

/** From now on this hour's prices are those of one in 2023. */
export function countFromNow()
{
	shift_s = Math.floor(Date.now() / 1000 / HOUR_S) * HOUR_S - START_S;
}

/* FNV-1a of a text. */
function hash(text)
{
	let x = 0x811c9dc5;

	for (let i = 0; i < text.length; i++)
		x = Math.imul(x ^ text.charCodeAt(i), 0x01000193);
	return x >>> 0;
}

/* In [-1, 1), of a whole number and a salt. */
function noise(n, salt)
{
	let x = Math.imul((n ^ salt) >>> 0, 0x9e3779b1);

	x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
	x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
	return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/* A line from knot to knot. */
function wave(time_s, period, salt)
{
	const knot = Math.floor(time_s / period), share = time_s / period - knot;

	return noise(knot, salt) * (1 - share) + noise(knot + 1, salt) * share;
}

/** The asset of a product, which ends in its quote: S7 of S7USDT, S7-USD, S7USD. */
const assetOf = (product) => product.replace(/-?USDT?$/, '').replace('XBT', 'BTC');

/** Quote units at a time. */
export function price(asset, time_s)
{
	const salt = hash(asset);
	const level = LEVELS[asset] ?? 1 + salt % 1000;
	const calm = asset === 'USDC' ? CALM : 1;

	return level * Math.exp(WAVES.reduce((sum, [period, reach], i) =>
		sum + calm * reach * wave(time_s - shift_s, period, salt + i), 0));
}

/**
 * One venue's candle: {open, high, low, close, volume} as texts of six places.
 * Products called SPIKE... have a close three times too high every 997th bar;
 * THIN... have no candle (null) where nothing was traded, every fifth on average.
 */
export function candle(venue, product, time_s, interval_s)
{
	const asset = assetOf(product), bar = (time_s - shift_s) / interval_s;
	const salt = hash(venue + product);

	if (product.startsWith('THIN') && noise(bar, salt) < -0.6)
		return null;
	const own = 1 + 0.0001 * noise(bar, salt + 1);
	const open = price(asset, time_s);
	const spike = product.startsWith('SPIKE') && bar % 997 === 500 ? 3 : 1;
	const close = price(asset, time_s + interval_s) * own * spike;
	const at = (value) => value.toFixed(6);
	return { open: at(open), high: at(Math.max(open, close) * 1.0002),
		low: at(Math.min(open, close) * 0.9998), close: at(close),
		volume: at(50 + 49 * noise(bar, salt + 2)) };
}
