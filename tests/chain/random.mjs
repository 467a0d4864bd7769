/*
 * random.mjs -- reproducible draws for the tests of this folder: SplitMix64
 * (Steele, Lea, Flood 2014).  A seed reproduces a failing run.
 */
const MASK = (1n << 64n) - 1n;

export class Random {
	constructor(seed)
	{
		this.state = BigInt(seed);
	}

	/** 64 bits, a BigInt. */
	bits64()
	{
		this.state = (this.state + 0x9e3779b97f4a7c15n) & MASK;
		let z = this.state;
		z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
		z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
		return z ^ (z >> 31n);
	}

	/** A BigInt in [0, n). */
	below(n)
	{
		return this.bits64() % BigInt(n);
	}

	/** True that often. */
	chance(percent)
	{
		return this.below(100) < BigInt(percent);
	}

	pick(list)
	{
		return list[Number(this.below(list.length))];
	}

	/** `count` different members, in random order. */
	sample(list, count)
	{
		const left = [...list];
		return Array.from({ length: Math.min(count, list.length) }, () =>
			left.splice(Number(this.below(left.length)), 1)[0]);
	}

	/** A number in [low, high). */
	uniform(low, high)
	{
		return low + (high - low) * Number(this.bits64() >> 11n) / 2 ** 53;
	}

	/** A number in [low, high), its logarithm uniform. */
	logUniform(low, high)
	{
		return Math.exp(this.uniform(Math.log(low), Math.log(high)));
	}
}
