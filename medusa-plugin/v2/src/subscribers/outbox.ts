import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import type { MedusaContainer } from "@medusajs/framework/types"
import { outboxOf } from "../outbox/shop"
import { orderOf } from "../outbox/sources"

type Data = { id?: string; order_id?: string }

/** What each of Medusa's events is called in ERPNext, and how its order or customer is found. */
const EVENTS: Record<string, { type: string; of: "order" | "customer" | "payment" | "fulfillment" }> = {
	"order.placed": { type: "order.placed", of: "order" },
	"order.updated": { type: "order.updated", of: "order" },
	"order.completed": { type: "order.completed", of: "order" },
	"order.canceled": { type: "order.canceled", of: "order" },
	"order-edit.confirmed": { type: "order.edited", of: "order" },
	"order.fulfillment_created": { type: "fulfillment.created", of: "order" },
	"order.fulfillment_canceled": { type: "fulfillment.canceled", of: "order" },
	"order.return_requested": { type: "return.requested", of: "order" },
	"order.return_received": { type: "return.received", of: "order" },
	"order.claim_created": { type: "claim.created", of: "order" },
	"order.exchange_created": { type: "exchange.created", of: "order" },
	"payment.captured": { type: "payment.captured", of: "payment" },
	"payment.refunded": { type: "payment.refunded", of: "payment" },
	"shipment.created": { type: "shipment.created", of: "fulfillment" },
	"delivery.created": { type: "delivery.created", of: "fulfillment" },
	"customer.created": { type: "customer.created", of: "customer" },
	"customer.updated": { type: "customer.updated", of: "customer" },
}

/**
 * Write an event of Medusa into the outbox. Medusa calls this after the commit and apart from the request, so
 * that no checkout waits; what is lost when the server dies before it, the sweep finds.
 */
export default async function writeEvent({ event, container }: SubscriberArgs<Data>): Promise<void> {
	const outbox = outboxOf(container)
	const known = EVENTS[event.name]
	if (!outbox.isOn || !known) return
	const aggregate = known.of === "customer" ? "customer" : "order"
	const aggregate_id = await idOf(known.of, event.data, container)
	if (aggregate_id) await outbox.record([{ type: known.type, aggregate, aggregate_id }])
}

async function idOf(of: string, { id, order_id }: Data, container: MedusaContainer) {
	if (of === "payment" || of === "fulfillment") return id && (await orderOf(container, of, id))
	return order_id ?? id
}

export const config: SubscriberConfig = {
	event: Object.keys(EVENTS),
	context: { subscriberId: "erpnext-outbox" },
}
