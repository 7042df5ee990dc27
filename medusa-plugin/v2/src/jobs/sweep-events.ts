import type { MedusaContainer } from "@medusajs/framework/types"
import { outboxOf } from "../outbox/shop"

/** Find the changes that no subscriber has written, and send them. */
export default async function sweepEvents(container: MedusaContainer): Promise<void> {
	const outbox = outboxOf(container)
	await outbox.sweep()
	await outbox.send()
}

export const config = { name: "erpnext-sweep-events", schedule: "*/2 * * * *" }
