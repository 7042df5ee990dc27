import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { outboxOf } from "../../../../outbox/shop"

const Filter = z.object({
	aggregate_id: z.string().optional(),
	status: z.enum(["pending", "sent", "failed"]).optional(),
	limit: z.coerce.number().int().min(1).max(200).default(20),
	offset: z.coerce.number().int().min(0).default(0),
})

/** What ERPNext was told about, the newest first. */
export async function GET(req: MedusaRequest, res: MedusaResponse): Promise<void> {
	const { data, error } = Filter.safeParse(req.query)
	if (!data) {
		const [{ path, message }] = error.issues
		throw new MedusaError(MedusaError.Types.INVALID_DATA, `${path.join(".")}: ${message}`)
	}
	const { events, count } = await outboxOf(req.scope).store.list(data)
	res.json({ events, count, limit: data.limit, offset: data.offset })
}
