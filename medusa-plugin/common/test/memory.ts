import { newEventId, type OutboxEvent } from "../src/outbox/events"
import { LEASE, type Outbox } from "../src/outbox/sender"

/** What ends a process that is killed. */
export class Killed extends Error {}

/** Counts the steps of a process, and kills it at one of them; a dead process does nothing more. */
export class Life {
	steps = 0
	constructor(private readonly last = Infinity) {}

	step(): void {
		this.steps += 1
		if (this.steps >= this.last) throw new Killed()
	}
}

/** A table of events that survives the processes that work with it. */
export class MemoryOutbox {
	readonly rows: OutboxEvent[] = []

	add(aggregate_id: string, type: string, now: Date): OutboxEvent {
		const row: OutboxEvent = {
			id: newEventId(now) + this.rows.length,
			type,
			aggregate: "order",
			aggregate_id,
			status: "pending",
			attempts: 0,
			next_attempt_at: now,
			last_error: null,
			created_at: now,
			sent_at: null,
		}
		this.rows.push(row)
		return row
	}

	/** The table as a process sees it, which may die before and after each statement. */
	seenBy(life: Life): Outbox {
		const change = async (id: string, values: Partial<OutboxEvent>) => {
			life.step()
			Object.assign(
				this.rows.find((row) => row.id === id)!,
				values,
			)
			life.step()
		}
		return {
			claim: async (now, limit) => {
				life.step()
				const pending = this.rows.filter(({ status }) => status === "pending")
				const oldest = pending.filter(
					(row) => pending.find(({ aggregate_id }) => aggregate_id === row.aggregate_id) === row,
				)
				const claimed = oldest.filter(({ next_attempt_at }) => next_attempt_at <= now).slice(0, limit)
				for (const row of claimed) {
					row.attempts += 1
					row.next_attempt_at = new Date(now.getTime() + LEASE)
				}
				life.step()
				return claimed.map((row) => ({ ...row }))
			},
			sent: ({ id }, now) => change(id, { status: "sent", sent_at: now }),
			retry: ({ id }, at, error) => change(id, { next_attempt_at: at, last_error: error }),
			fail: ({ id }, error) => change(id, { status: "failed", last_error: error }),
		}
	}
}
