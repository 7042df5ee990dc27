import type { EventBusService } from "@medusajs/medusa"
import type { EntityManager } from "typeorm"
import { orderOf } from "../outbox/sources"
import type ErpService from "../services/erp"

type Of = "order" | "customer" | "swap" | "claim_order" | "order_edit"

/** What each of Medusa's events is called in ERPNext, and how its order or customer is found. */
const EVENTS: Record<string, { type: string; of: Of }> = {
	"order.placed": { type: "order.placed", of: "order" },
	"order.updated": { type: "order.updated", of: "order" },
	"order.completed": { type: "order.completed", of: "order" },
	"order.canceled": { type: "order.canceled", of: "order" },
	"order-edit.confirmed": { type: "order.edited", of: "order_edit" },
	"order.payment_captured": { type: "payment.captured", of: "order" },
	"order.refund_created": { type: "payment.refunded", of: "order" },
	"order.fulfillment_created": { type: "fulfillment.created", of: "order" },
	"order.fulfillment_canceled": { type: "fulfillment.canceled", of: "order" },
	"order.shipment_created": { type: "shipment.created", of: "order" },
	"order.return_requested": { type: "return.requested", of: "order" },
	"order.items_returned": { type: "return.received", of: "order" },
	"claim.created": { type: "claim.created", of: "claim_order" },
	"claim.updated": { type: "claim.updated", of: "claim_order" },
	"claim.canceled": { type: "claim.canceled", of: "claim_order" },
	"claim.fulfillment_created": { type: "fulfillment.created", of: "claim_order" },
	"claim.shipment_created": { type: "shipment.created", of: "claim_order" },
	"claim.refund_processed": { type: "payment.refunded", of: "claim_order" },
	"swap.created": { type: "exchange.created", of: "swap" },
	"swap.received": { type: "return.received", of: "swap" },
	"swap.fulfillment_created": { type: "fulfillment.created", of: "swap" },
	"swap.shipment_created": { type: "shipment.created", of: "swap" },
	"swap.payment_captured": { type: "payment.captured", of: "swap" },
	"swap.refund_processed": { type: "payment.refunded", of: "swap" },
	"customer.created": { type: "customer.created", of: "customer" },
	"customer.updated": { type: "customer.updated", of: "customer" },
}

type Cradle = { eventBusService: EventBusService; erpService: ErpService; manager: EntityManager }

/**
 * Writes Medusa's events into the outbox. Medusa calls it after the commit and apart from the request, so that
 * no checkout waits; what is lost when the server dies before it, the sweep finds.
 */
export default class OutboxSubscriber {
	constructor(private readonly cradle: Cradle) {
		// one for each, since the event bus in memory does not say which event it is
		for (const name of Object.keys(EVENTS)) {
			const write = (data: unknown) => this.write(name, data as { id?: string })
			cradle.eventBusService.subscribe(name, write, { subscriberId: `erpnext-outbox-${name}` })
		}
	}

	private async write(name: string, { id }: { id?: string }): Promise<void> {
		const { erpService, manager } = this.cradle
		if (!erpService.outbox.isOn || !id) return
		const { type, of } = EVENTS[name]
		const aggregate = of === "customer" ? "customer" : "order"
		const aggregate_id = await idOf(of, id, manager)
		if (aggregate_id) await erpService.outbox.record([{ type, aggregate, aggregate_id }])
	}
}

async function idOf(of: Of, id: string, manager: EntityManager): Promise<string | undefined> {
	if (of === "order" || of === "customer") return id
	return await orderOf((sql, values) => manager.query(sql, values), of, id)
}
