import { zodValidator } from "@medusajs/framework"
import { toHandle } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"

/** What ERPNext adds to a product. */
const ErpFields = z.object({
	item_code: z.string().nullish(),
	short_description: z.string().nullish(),
	ranking: z.number().nullish(),
	brand_name: z.string().nullish(),
	specifications: z.array(z.object({ label: z.string(), description: z.string().nullish() })).nullish(),
})
export type ErpFields = z.infer<typeof ErpFields>

/** Under this name the fields of a request lie in its scope, where the workflows' hooks find them. */
export const ERP_FIELDS_KEY = "erpFields"

/** The fields of each product that a request creates, by handle, or updates, by id. */
export type FieldsByProduct = Map<string, ErpFields>

/** Take our fields out of a product's body; undefined when it has none. */
export async function takeErpFields(body: Record<string, unknown>): Promise<ErpFields | undefined> {
	const taken: Record<string, unknown> = {}
	for (const name of Object.keys(ErpFields.shape)) {
		if (name in body) {
			taken[name] = body[name]
			delete body[name]
		}
	}
	return Object.keys(taken).length ? await zodValidator(ErpFields, taken) : undefined
}

/** The handle under which a new product will be found: set here when Medusa would make it only later. */
export function settleHandle(body: Record<string, unknown>): string | undefined {
	if (!body.handle && typeof body.title === "string" && body.title) body.handle = toHandle(body.title)
	return typeof body.handle === "string" ? body.handle : undefined
}
