/** The documents of an order in ERPNext. */
export type Documents = {
	sales_order?: string
	invoices: string[]
	delivery_notes: string[]
	delivered: number
}

/** What ERPNext has told about an order. */
export type Told = {
	order_status?: string
	payment_status?: string
	updated_at?: string
	documents?: Documents
}

// under this key of an order's metadata ERPNext's word lies
const KEY = "erp"

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value)
const text = (value: unknown) => (typeof value === "string" ? value : undefined)
const texts = (value: unknown) =>
	Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []

/**
 * Take out of a cart's body what only ERPNext tells: an order gets the metadata of its cart, which every
 * visitor of the shop may write. Changes the body.
 */
export function dropTold(body: unknown): void {
	if (isObject(body) && isObject(body.metadata)) delete body.metadata[KEY]
}

/** What ERPNext has told about an order, by its metadata; what is of another kind is left out. */
export function toldOf(metadata: unknown): Told {
	const told = isObject(metadata) && isObject(metadata[KEY]) ? metadata[KEY] : {}
	const { documents } = told
	return {
		order_status: text(told.order_status),
		payment_status: text(told.payment_status),
		updated_at: text(told.updated_at),
		documents: isObject(documents)
			? {
					sales_order: text(documents.sales_order),
					invoices: texts(documents.invoices),
					delivery_notes: texts(documents.delivery_notes),
					delivered: Number(documents.delivered) || 0,
				}
			: undefined,
	}
}
