import {
	authenticate,
	type MedusaNextFunction,
	type MedusaRequest,
	type MedusaResponse,
	type MiddlewaresConfig,
} from "@medusajs/medusa"
import { MedusaError } from "@medusajs/utils"
import { type Incoming, refusal } from "../common/receive"
import type ErpService from "../services/erp"

/** A token can be stolen: only who knows the secret tells about orders. */
function signed(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
	const { options } = req.scope.resolve<ErpService>("erpService")
	const reason = refusal(req as any as Incoming, options)
	next(reason && new MedusaError(MedusaError.Types.UNAUTHORIZED, reason))
}

// only the administrator (token, session or API token) may tell about orders and quotations
export const config: MiddlewaresConfig = {
	routes: ["/store/order-update", "/store/quotation-update"].map((matcher) => ({
		matcher,
		method: "POST",
		bodyParser: { preserveRawBody: true },
		middlewares: [authenticate() as any, signed],
	})),
}
