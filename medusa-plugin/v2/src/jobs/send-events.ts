import type { MedusaContainer } from "@medusajs/framework/types"
import { outboxOf } from "../outbox/shop"

/** Send what has waited for its next attempt. New events are sent at once by whoever writes them. */
export default async function sendEvents(container: MedusaContainer): Promise<void> {
	await outboxOf(container).send()
}

export const config = { name: "erpnext-send-events", schedule: "* * * * *" }
