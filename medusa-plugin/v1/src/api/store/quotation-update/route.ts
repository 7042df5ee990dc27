import type { MedusaRequest, MedusaResponse } from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import type { EntityManager } from "typeorm"
import { ErpQuotation } from "../../../models/erp-quotation"

/** What ERPNext has made of a quotation. */
export const POST = async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
	const id = req.query.quot_id as string
	if (!id) throw new MedusaError(MedusaError.Types.INVALID_DATA, "quot_id is required")
	const manager: EntityManager = req.scope.resolve("manager")
	await manager.getRepository(ErpQuotation).save({ id, data: req.body as any, updated_at: new Date() })
	res.json({ message: "Quotation updated successfully", quotation_id: id })
}
