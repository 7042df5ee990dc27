import type { Random } from "./random"

/** Whoever is killed never gets an answer, and does nothing more, not even on its way out. */
const NEVER = new Promise<never>(() => undefined)

/** One process of Medusa. Whatever it waits for, it gets when the scheduler lets it go on. */
export class Process {
	isKilled = false
	/** What it stands before or behind: the name of a step, and whether that has taken effect. */
	readonly standsAt = new Set<string>()

	constructor(private readonly scheduler: Scheduler) {}

	/** A statement or a request: it takes effect at one moment, and its answer comes at a later one. */
	async step<T>(name: string, work: () => T): Promise<T> {
		await this.turn(`before ${name}`)
		const answer = work()
		await this.turn(`after ${name}`)
		return answer
	}

	private async turn(name: string): Promise<void> {
		this.standsAt.add(name)
		await this.scheduler.turn()
		if (this.isKilled) await NEVER
		this.standsAt.delete(name)
	}
}

/** Lets one of those that wait go on, whichever: each order of the steps of all processes may occur. */
export class Scheduler {
	private readonly waiting: (() => void)[] = []

	constructor(private readonly random: Random) {}

	turn(): Promise<void> {
		return new Promise((resolve) => this.waiting.push(resolve))
	}

	/** Let one go on to where it waits again; false when nobody waits. */
	async advance(): Promise<boolean> {
		if (!this.waiting.length) return false
		const [next] = this.waiting.splice(this.random.below(this.waiting.length), 1)
		next()
		await new Promise((resolve) => setImmediate(resolve))
		return true
	}
}
