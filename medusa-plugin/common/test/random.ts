/** Numbers at random that a seed makes again (mulberry32). */
export class Random {
	private state: number

	constructor(seed: number) {
		this.state = seed >>> 0
	}

	/** From 0 to below 1. */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0
		let mixed = this.state
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
	}

	/** A whole number from 0 to below `end`. */
	below(end: number): number {
		return Math.floor(this.next() * end)
	}

	chance(probability: number): boolean {
		return this.next() < probability
	}

	pick<T>(values: readonly T[]): T {
		return values[this.below(values.length)]
	}
}
