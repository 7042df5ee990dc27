import type { MedusaRequest, MedusaResponse } from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import type { Status } from "../../../../common/outbox/events"
import type ErpService from "../../../../services/erp"

const STATES: unknown[] = [undefined, "pending", "sent", "failed"]

/** A whole number of the query, `usual` when it is not there. Throws what Medusa answers with 400. */
function wholeNumber(
	query: Record<string, unknown>,
	name: string,
	usual: number,
	least: number,
	most: number,
) {
	const value = Number(query[name] ?? usual)
	if (Number.isInteger(value) && value >= least && value <= most) return value
	throw new MedusaError(MedusaError.Types.INVALID_DATA, `${name} must be from ${least} to ${most}`)
}

/** What ERPNext was told about, the newest first. */
export const GET = async (req: MedusaRequest, res: MedusaResponse): Promise<void> => {
	const { status, aggregate_id } = req.query
	if (!STATES.includes(status)) {
		throw new MedusaError(MedusaError.Types.INVALID_DATA, "status must be pending, sent or failed")
	}
	const limit = wholeNumber(req.query, "limit", 20, 1, 200)
	const offset = wholeNumber(req.query, "offset", 0, 0, Number.MAX_SAFE_INTEGER)
	const { store } = req.scope.resolve<ErpService>("erpService").outbox
	const filter = {
		status: status as Status | undefined,
		aggregate_id: aggregate_id?.toString(),
		limit,
		offset,
	}
	const { events, count } = await store.list(filter)
	res.json({ events, count, limit, offset })
}
