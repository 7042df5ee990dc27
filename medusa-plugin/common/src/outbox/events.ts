import { randomBytes } from "node:crypto"

/** That something has changed in the shop. ERPNext reads what it is from Medusa, so a hint says nothing of it. */
export type Hint = { type: string; aggregate: "order" | "customer"; aggregate_id: string }

export type Status = "pending" | "sent" | "failed"

/** A hint in the outbox, with what has become of it. */
export type OutboxEvent = Hint & {
	id: string
	status: Status
	attempts: number
	next_attempt_at: Date
	last_error: string | null
	created_at: Date
	sent_at: Date | null
}

/** An id that no other event has, later ones sorting behind earlier ones. */
export const newEventId = (now: Date): string =>
	`evt_${now.getTime().toString(36)}${randomBytes(10).toString("hex")}`

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const FIRST_DELAYS = [1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE)
const LAST_DELAYS = 72

/** After so many attempts, three days after the first, an event is given up. */
export const MOST_ATTEMPTS = 1 + FIRST_DELAYS.length + LAST_DELAYS

/** How many milliseconds after its n-th failed attempt an event is sent again. */
export const delayAfter = (attempts: number): number => FIRST_DELAYS[attempts - 1] ?? HOUR
