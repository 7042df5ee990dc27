import type { MedusaRequest, MedusaResponse } from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import type ErpService from "../../../../../../services/erp"

/** Have an event sent again: itself, or a copy of it when it was sent already. */
export const POST = async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
	const { outbox } = req.scope.resolve<ErpService>("erpService")
	const event = await outbox.store.replay(String(req.params.id), new Date())
	if (!event)
		throw new MedusaError(MedusaError.Types.NOT_FOUND, `Event with id ${req.params.id} was not found`)
	void outbox.send()
	res.json({ event })
}
