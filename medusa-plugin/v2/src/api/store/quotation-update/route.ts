import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { ERP_MODULE } from "../../../modules/erp"

/** What ERPNext has made of a quotation. */
export async function POST(req: MedusaRequest, res: MedusaResponse): Promise<void> {
	const id = req.query.quot_id as string
	if (!id) throw new MedusaError(MedusaError.Types.INVALID_DATA, "quot_id is required")
	const erp: any = req.scope.resolve(ERP_MODULE)
	const row = { id, data: req.body ?? {} }
	const [found] = await erp.listErpQuotations({ id })
	await (found ? erp.updateErpQuotations(row) : erp.createErpQuotations(row))
	res.json({ message: "Quotation updated successfully", quotation_id: id })
}
