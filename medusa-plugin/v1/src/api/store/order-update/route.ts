import type { MedusaRequest, MedusaResponse } from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import type { EntityManager } from "typeorm"

/** Where an order stands in ERPNext: kept under `erp` in the order's metadata. */
export const POST = async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
	const id = req.query.order_id as string
	if (!id) throw new MedusaError(MedusaError.Types.INVALID_DATA, "order_id is required")
	const orders: any = req.scope.resolve("orderService")
	const manager: EntityManager = req.scope.resolve("manager")
	await manager.transaction(async (transaction) => {
		const within = orders.withTransaction(transaction)
		await within.retrieve(id)
		const erp = { ...(req.body as object), updated_at: new Date().toISOString() }
		await within.update(id, { metadata: { erp } })
	})
	res.json({ message: "Order updated successfully", order_id: id })
}
