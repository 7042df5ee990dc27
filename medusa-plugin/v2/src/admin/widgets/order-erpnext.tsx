import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { Button, toast } from "@medusajs/ui"
import type { OutboxEvent } from "../../common/outbox/events"
import { type Documents, orderStateOf } from "../../common/order-state"
import { callMedusa, useMedusa } from "../lib/medusa"
import { Row, Section } from "../lib/rows"

type Json<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] }
type Event = Omit<Json<OutboxEvent>, "sent_at"> & { sent_at: string | null }
type Order = { id: string; metadata?: Record<string, unknown> | null }

const time = (text?: string | null) => (text ? new Date(text).toLocaleString() : undefined)

/** What became of the last event, in one sentence. */
function outcome({ status, sent_at, next_attempt_at }: Event): string {
	if (status === "sent") return `sent ${time(sent_at)}`
	return status === "failed" ? "given up" : `next attempt ${time(next_attempt_at)}`
}

/** How much was delivered, and by which documents. */
const delivery = ({ delivered, delivery_notes }: Documents) =>
	[`${delivered} %`, ...delivery_notes].join(", ")

/** Where the order stands in ERPNext, and what ERPNext was told last. */
const OrderInErpNext = ({ data: order }: { data: Order }) => {
	const events = `/admin/erpnext/events?aggregate_id=${order.id}&limit=1`
	const { data, error, reload } = useMedusa<{ events: Event[] }>(events)
	const told = orderStateOf(order.metadata)
	const [last] = data?.events ?? []

	const sendAgain = async () => {
		try {
			await callMedusa(`/admin/erpnext/events/${last.id}/replay`, "POST")
			toast.success("ERPNext is told again.")
		} catch (failure) {
			toast.error((failure as Error).message)
		}
		reload()
	}

	return (
		<Section>
			<Row label="Sales Order">{told.documents?.sales_order}</Row>
			<Row label="Status">{told.order_status}</Row>
			<Row label="Invoice">{told.documents?.invoices.join(", ")}</Row>
			<Row label="Payment">{told.payment_status}</Row>
			<Row label="Delivery">{told.documents && delivery(told.documents)}</Row>
			<Row label="Told By ERPNext">{time(told.updated_at)}</Row>
			{error && <Row label="Error">{error}</Row>}
			{last && (
				<>
					<Row label="Last Event">{`${last.type}, ${outcome(last)}`}</Row>
					{last.last_error && <Row label="Last Error">{last.last_error}</Row>}
					<div className="px-6 py-4">
						<Button size="small" variant="secondary" onClick={sendAgain}>
							Send again
						</Button>
					</div>
				</>
			)}
		</Section>
	)
}

export const config = defineWidgetConfig({ zone: "order.details.side.after" })

export default OrderInErpNext
