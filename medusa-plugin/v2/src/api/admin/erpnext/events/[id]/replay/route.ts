import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { outboxOf } from "../../../../../../outbox/shop"

/** Have an event sent again: itself, or a copy of it when it was sent already. */
export async function POST(req: MedusaRequest, res: MedusaResponse): Promise<void> {
	const outbox = outboxOf(req.scope)
	const event = await outbox.store.replay(req.params.id, new Date())
	if (!event)
		throw new MedusaError(MedusaError.Types.NOT_FOUND, `Event with id: ${req.params.id} was not found`)
	void outbox.send()
	res.json({ event })
}
