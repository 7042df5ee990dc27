/** The documents of an order in ERPNext. */
export type Documents = {
	sales_order?: string
	invoices: string[]
	delivery_notes: string[]
	delivered: number
}

/** What ERPNext has told about an order. */
export type OrderState = {
	order_status?: string
	payment_status?: string
	updated_at?: string
	documents?: Documents
}

// the key in an order's metadata for what ERPNext has told
const KEY = "erp"

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value)
const text = (value: unknown) => (typeof value === "string" ? value : undefined)
const texts = (value: unknown) =>
	Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []

/**
 * Take the state of an order out of the body of a cart: an order gets the metadata of its cart, and every
 * visitor of the shop may write that. Changes the body.
 */
export function dropOrderState(body: unknown): void {
	if (isObject(body) && isObject(body.metadata)) delete body.metadata[KEY]
}

/** What ERPNext has told about an order, by its metadata; what is of another kind is left out. */
export function orderStateOf(metadata: unknown): OrderState {
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
