import { delayAfter, MOST_ATTEMPTS, type OutboxEvent } from "./events"

/** What the sender needs of the table of events. */
export type Outbox = {
	/**
	 * Take events that are due, counting the attempt: of each order or customer only the oldest one that is not
	 * sent yet. Nobody else gets them for `LEASE` milliseconds; then they are due again, whoever died meanwhile.
	 */
	claim(now: Date, limit: number): Promise<OutboxEvent[]>
	sent(event: OutboxEvent, now: Date): Promise<void>
	retry(event: OutboxEvent, at: Date, error: string): Promise<void>
	fail(event: OutboxEvent, error: string): Promise<void>
}

/** Why an event was not taken; `isFinal` when it never will be, however often it is sent. */
export type Failure = { error: string; isFinal: boolean }

/** Send an event; undefined when ERPNext has it. Throws nothing. */
export type Deliver = (event: OutboxEvent) => Promise<Failure | undefined>

/** For how many milliseconds a claimed event is the claimer's; longer than a delivery may take. */
export const LEASE = 60_000

const TOGETHER = 10

/**
 * Send what is due, until nothing is or ERPNext cannot be reached; how many events were delivered.
 *
 * An event may be sent twice, if this ends between delivery and note; ERPNext knows it by its id then.
 */
export async function sendDue(outbox: Outbox, deliver: Deliver, clock: () => Date): Promise<number> {
	let delivered = 0
	for (;;) {
		const events = await outbox.claim(clock(), TOGETHER)
		if (!events.length) return delivered
		const failures = await Promise.all(events.map((event) => sendOne(outbox, deliver, clock, event)))
		delivered += failures.filter((failure) => !failure).length
		// whatever kept one from being taken keeps the others, too: they are due at the next call
		if (failures.some((failure) => failure && !failure.isFinal)) return delivered
	}
}

async function sendOne(
	outbox: Outbox,
	deliver: Deliver,
	clock: () => Date,
	event: OutboxEvent,
): Promise<Failure | undefined> {
	const failure = await deliver(event)
	if (!failure) {
		await outbox.sent(event, clock())
	} else if (failure.isFinal || event.attempts >= MOST_ATTEMPTS) {
		await outbox.fail(event, failure.error)
	} else {
		await outbox.retry(event, new Date(clock().getTime() + delayAfter(event.attempts)), failure.error)
	}
	return failure
}

/** Sends one at a time in this process; whoever asks meanwhile lets it look once more. */
export class Sender {
	private running?: Promise<void>
	private isAskedAgain = false

	constructor(
		private readonly send: () => Promise<unknown>,
		private readonly report: (error: Error) => void,
	) {}

	/** Send what is due, now or right after what is being sent. Never rejects. */
	wake(): Promise<void> {
		this.isAskedAgain = true
		this.running ??= this.run()
		return this.running
	}

	private async run(): Promise<void> {
		while (this.isAskedAgain) {
			this.isAskedAgain = false
			try {
				await this.send()
			} catch (error) {
				this.report(error as Error)
			}
		}
		// in the same step as the last look: whoever asks from now on starts anew
		this.running = undefined
	}
}
