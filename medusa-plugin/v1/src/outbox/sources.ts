import type { Query } from "../common/outbox/store"
import type { Changed, Source } from "../common/outbox/sweep"

type Table = {
	name: string
	aggregate: Changed["aggregate"]
	/** What gives the id of the order or customer that a row belongs to. */
	id: string
}

const OF_ORDER = "changed.order_id"
const TABLES: Table[] = [
	{ name: "order", aggregate: "order", id: "changed.id" },
	{ name: "payment", aggregate: "order", id: OF_ORDER },
	{ name: "refund", aggregate: "order", id: OF_ORDER },
	{
		name: "fulfillment",
		aggregate: "order",
		id: `coalesce(
			changed.order_id,
			(select order_id from claim_order where claim_order.id = changed.claim_order_id),
			(select order_id from swap where swap.id = changed.swap_id)
		)`,
	},
	{ name: "return", aggregate: "order", id: OF_ORDER },
	{ name: "claim_order", aggregate: "order", id: OF_ORDER },
	{ name: "swap", aggregate: "order", id: OF_ORDER },
	{ name: "customer", aggregate: "customer", id: "changed.id" },
]

/** What of Medusa's data is compared with the outbox. */
export function sourcesOf(query: Query): Source[] {
	return TABLES.map(({ name, aggregate, id }) => ({
		name,
		async changed(since, until, skip, take) {
			const rows = await query(
				`select ${id} as aggregate_id, changed.updated_at from "${name}" changed
				where changed.updated_at > $1 and changed.updated_at <= $2
				order by changed.updated_at, changed.id offset $3 limit $4`,
				[since, until, skip, take],
			)
			return rows.map(({ aggregate_id, updated_at }) => ({
				aggregate,
				aggregate_id: aggregate_id ?? "",
				changed_at: updated_at,
			}))
		},
	}))
}

/** The order of an exchange, a claim or an edit, undefined when there is none. */
export async function orderOf(
	query: Query,
	table: "swap" | "claim_order" | "order_edit",
	id: string,
): Promise<string | undefined> {
	const [row] = await query(`select order_id from ${table} where id = $1`, [id])
	return row?.order_id ?? undefined
}
