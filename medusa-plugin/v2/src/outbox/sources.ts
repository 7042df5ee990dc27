import type { MedusaContainer, RemoteQueryFunction } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Changed, Source } from "../common/outbox/sweep"

type Row = Record<string, any>
type Entity = {
	name: string
	/** Beside its id and the time of its change. */
	fields: string[]
	filters?: Row
	aggregate: Changed["aggregate"]
	/** The order or customer that it belongs to, undefined when there is none. */
	idOf(row: Row): string | undefined
}

const ENTITIES: Entity[] = [
	{
		name: "order",
		fields: [],
		filters: { is_draft_order: false },
		aggregate: "order",
		idOf: ({ id }) => id,
	},
	{
		name: "payment",
		fields: ["payment_collection.order.id"],
		aggregate: "order",
		idOf: ({ payment_collection }) => payment_collection?.order?.id,
	},
	{ name: "fulfillment", fields: ["order.id"], aggregate: "order", idOf: ({ order }) => order?.id },
	{ name: "return", fields: ["order_id"], aggregate: "order", idOf: ({ order_id }) => order_id },
	{ name: "customer", fields: [], aggregate: "customer", idOf: ({ id }) => id },
]

/** What of Medusa's data is compared with the outbox. */
export function sourcesOf(query: Pick<RemoteQueryFunction, "graph">): Source[] {
	return ENTITIES.map(({ name, fields, filters, aggregate, idOf }) => ({
		name,
		async changed(since, until, skip, take) {
			const { data } = await query.graph({
				entity: name as any,
				fields: ["id", "updated_at", ...fields] as any,
				filters: { ...filters, updated_at: { $gt: since, $lte: until } } as any,
				pagination: { skip, take, order: { updated_at: "ASC", id: "ASC" } as any },
			})
			return (data as Row[]).map((row) => ({
				aggregate,
				aggregate_id: idOf(row) ?? "",
				changed_at: new Date(row.updated_at),
			}))
		},
	}))
}

/** The order of a payment or a fulfilment, undefined when it has none. */
export async function orderOf(
	container: MedusaContainer,
	name: "payment" | "fulfillment",
	id: string,
): Promise<string | undefined> {
	const query = container.resolve(ContainerRegistrationKeys.QUERY)
	const { fields, idOf } = ENTITIES.find((entity) => entity.name === name)!
	const { data } = await query.graph({
		entity: name as any,
		fields: ["id", ...fields] as any,
		filters: { id } as any,
	})
	return data.length ? idOf(data[0] as Row) : undefined
}
