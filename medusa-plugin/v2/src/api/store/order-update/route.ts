import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError, Modules } from "@medusajs/framework/utils"

/** Where an order stands in ERPNext: kept under `erp` in the order's metadata. */
export async function POST(req: MedusaRequest, res: MedusaResponse): Promise<void> {
	const id = req.query.order_id as string
	if (!id) throw new MedusaError(MedusaError.Types.INVALID_DATA, "order_id is required")
	const orders = req.scope.resolve(Modules.ORDER)
	const order = await orders.retrieveOrder(id, { select: ["id", "metadata"] })
	const erp = { ...(req.body as object), updated_at: new Date().toISOString() }
	await orders.updateOrders(id, { metadata: { ...(order.metadata ?? {}), erp } })
	res.json({ message: "Order updated successfully", order_id: id })
}
