import { sign, SIGNATURE_HEADER } from "../signature"
import type { OutboxEvent } from "./events"
import type { Deliver, Failure } from "./sender"

const PATH = "/api/method/medusa_integration.api.receive_medusa_event"
// of a type of its own, so that Frappe does not read it before the signature is checked
const CONTENT_TYPE = "application/vnd.erpnext.medusa-event"
const TIMEOUT = 10_000
const LONGEST_ERROR = 300
// the event itself is refused: it is the same the next time
const FINAL = [400, 413]
const KNOWN_ALREADY = 409

/** The body that ERPNext gets. */
export function bodyOf({ id, type, aggregate, aggregate_id, created_at }: OutboxEvent): string {
	return JSON.stringify({ id, type, aggregate, aggregate_id, created_at: created_at.toISOString() })
}

/** Sends events to an ERPNext, signed with a secret. */
export function deliveryTo(address: string, secret: string, clock: () => Date, post = fetch): Deliver {
	const url = address.replace(/\/+$/, "") + PATH
	return async (event) => {
		const body = bodyOf(event)
		const time = Math.floor(clock().getTime() / 1000)
		const signature = sign(secret, time, { query: "", body: Buffer.from(body) })
		try {
			const answer = await post(url, {
				method: "POST",
				headers: { "Content-Type": CONTENT_TYPE, Accept: "application/json", [SIGNATURE_HEADER]: signature },
				body,
				redirect: "manual",
				signal: AbortSignal.timeout(TIMEOUT),
			})
			return judge(answer.status, await answer.text())
		} catch (error) {
			const { message, cause } = error as Error & { cause?: Error }
			return { error: `ERPNext cannot be reached: ${cause?.message || message}`, isFinal: false }
		}
	}
}

/** What an answer means. */
function judge(status: number, text: string): Failure | undefined {
	if (status === KNOWN_ALREADY) return undefined
	const told = said(text)
	if (status === 200 && told.status === "received") return undefined
	const error = `ERPNext answered ${status}${told.sentence ? `: ${told.sentence}` : "."}`
	return { error: error.slice(0, LONGEST_ERROR), isFinal: FINAL.includes(status) }
}

/** What ERPNext says in an answer: that it has the event, or why not. */
function said(text: string): { status?: unknown; sentence?: string } {
	try {
		const { message, error } = JSON.parse(text)
		const sentence = [error, message, message?.message].find((one) => typeof one === "string")
		return { status: message?.status, sentence }
	} catch {
		// a page of a proxy, say
		return {}
	}
}
