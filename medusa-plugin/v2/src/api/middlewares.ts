import {
	authenticate,
	defineMiddlewares,
	type MedusaNextFunction,
	type MedusaRequest,
	type MedusaResponse,
} from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { ERP_FIELDS_KEY, type FieldsByProduct, settleHandle, takeErpFields } from "../erp-fields"
import { ERP_MODULE } from "../modules/erp"
import type ErpService from "../modules/erp/service"
import { type Incoming, refusal } from "../common/receive"
import { dropOrderState } from "../common/order-state"

type Body = Record<string, unknown>

const isBody = (value: unknown): value is Body =>
	typeof value === "object" && value !== null && !Array.isArray(value)
const bodies = (value: unknown): Body[] => (Array.isArray(value) ? value.filter(isBody) : [])

/**
 * Medusa refuses keys that it does not know, and takes `additional_data` neither in batches nor at the top
 * level: lift ours out of every product of the body before it looks, and leave them for the hooks.
 */
async function liftErpFields(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
	const fields: FieldsByProduct = new Map()
	const body = isBody(req.body) ? req.body : {}
	const [, , , id] = req.path.split("/")
	const created = id === "batch" ? bodies(body.create) : id ? [] : [body]
	const updated = id === "batch" ? bodies(body.update) : id ? [{ element: body, id }] : []
	for (const element of created) {
		const taken = await takeErpFields(element)
		const handle = taken && settleHandle(element)
		if (handle) fields.set(handle, taken)
	}
	for (const entry of updated) {
		const element = "element" in entry ? (entry.element as Body) : entry
		const taken = await takeErpFields(element)
		if (taken) fields.set(String(entry.id), taken)
	}
	req.scope.register({ [ERP_FIELDS_KEY]: { resolve: () => fields } })
	next()
}

/** A publishable key is public, and a token can be stolen: only who knows the secret tells about orders. */
function signed(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
	const { options } = req.scope.resolve<ErpService>(ERP_MODULE)
	const reason = refusal(req as Incoming, options)
	next(reason && new MedusaError(MedusaError.Types.UNAUTHORIZED, reason))
}

/** The order's page in Medusa's admin shows this state: only ERPNext may write it, and no visitor. */
function dropStateOfVisitors(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
	dropOrderState(req.body)
	next()
}

const administrator = authenticate("user", ["bearer", "api-key"])

export default defineMiddlewares({
	routes: [
		// with a wildcard they come before Medusa's own, which check the body
		{ matcher: "/admin/products*", methods: ["POST"], middlewares: [forProducts(liftErpFields)] },
		{ matcher: "/store/carts*", methods: ["POST"], middlewares: [dropStateOfVisitors] },
		...["/store/order-update", "/store/quotation-update"].map((matcher) => ({
			matcher,
			methods: ["POST" as const],
			bodyParser: { preserveRawBody: true },
			middlewares: [administrator, signed],
		})),
	],
})

/** Only for /admin/products, /admin/products/batch and /admin/products/:id. */
function forProducts(middleware: typeof liftErpFields): typeof liftErpFields {
	return async (req, res, next) => {
		const isProduct = /^\/admin\/products(\/[^/]+)?$/.test(req.path)
		return isProduct ? await middleware(req, res, next) : next()
	}
}
