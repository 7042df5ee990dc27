import { type Documents, orderStateOf } from "./order-state"
import type { OutboxEvent } from "./outbox/events"

/** An event as the admin API shows it. */
export type ShownEvent = Pick<OutboxEvent, "id" | "type" | "status" | "last_error"> & {
	next_attempt_at: string
	sent_at: string | null
}

/** A label and what stands beside it; undefined when there is nothing. */
export type Row = { label: string; value?: string }

/** The words of the section "ERPNext" on an order's page. */
export const WORDS = { heading: "ERPNext", sendAgain: "Send again", sentAgain: "ERPNext is told again." }

/** Where below `/admin` the last event about an order is, as the only one of a list. */
export const lastEventPath = (orderId: string): string =>
	`/erpnext/events?aggregate_id=${encodeURIComponent(orderId)}&limit=1`

/** Where below `/admin` an event is sent again by. */
export const replayPath = (eventId: string): string => `/erpnext/events/${encodeURIComponent(eventId)}/replay`

/**
 * Where an order stands in ERPNext, and what ERPNext was told last, row by row.
 *
 * `metadata` is that of the order, `last` the last event if there is one, `error` why it cannot be read.
 */
export function orderRows(metadata: unknown, last?: ShownEvent, error?: string): Row[] {
	const told = orderStateOf(metadata)
	const { documents } = told
	return [
		{ label: "Sales Order", value: documents?.sales_order },
		{ label: "Status", value: told.order_status },
		{ label: "Invoice", value: documents?.invoices.join(", ") },
		{ label: "Payment", value: told.payment_status },
		{ label: "Delivery", value: documents && delivery(documents) },
		{ label: "Told By ERPNext", value: time(told.updated_at) },
		...(error ? [{ label: "Error", value: error }] : []),
		...(last ? [{ label: "Last Event", value: `${last.type}, ${outcome(last)}` }] : []),
		...(last?.last_error ? [{ label: "Last Error", value: last.last_error }] : []),
	]
}

const time = (text?: string | null) => (text ? new Date(text).toLocaleString() : undefined)

/** What became of the last event, in one sentence. */
function outcome({ status, sent_at, next_attempt_at }: ShownEvent): string {
	if (status === "sent") return `sent ${time(sent_at)}`
	return status === "failed" ? "given up" : `next attempt ${time(next_attempt_at)}`
}

/** How much was delivered, and by which documents. */
const delivery = ({ delivered, delivery_notes }: Documents) =>
	[`${delivered} %`, ...delivery_notes].join(", ")
