import type { OutboxEvent } from "../src/outbox/events"

type Row = OutboxEvent & { sequence: number }
type Statement = [name: string, begins: RegExp, run: (tables: Tables, values: any[]) => any[]]

const change = (tables: Tables, id: string, values: Partial<Row>, attempts?: number): any[] => {
	const row = tables.events.find((one) => one.id === id)
	const isOurs = attempts === undefined || (row?.attempts === attempts && row.status === "pending")
	if (row && isOurs) Object.assign(row, values)
	return []
}

const STATEMENTS: Statement[] = [
	[
		"add",
		/^insert into erp_event \(.*\) values/,
		(tables, [id, type, aggregate, aggregate_id, now]) => {
			const sequence = tables.events.length + 1
			const rest = { attempts: 0, last_error: null, sent_at: null, next_attempt_at: now, created_at: now }
			tables.events.push({ id, sequence, type, aggregate, aggregate_id, status: "pending", ...rest })
			return []
		},
	],
	[
		"claim",
		/^update erp_event set attempts = attempts \+ 1/,
		(tables, [now, lease, limit]) => {
			const pending = tables.events.filter(({ status }) => status === "pending")
			const oldest = pending.filter(
				(row) => pending.find(({ aggregate_id }) => aggregate_id === row.aggregate_id) === row,
			)
			const due = oldest.filter(({ next_attempt_at }) => next_attempt_at <= now).slice(0, limit)
			for (const row of due) Object.assign(row, { attempts: row.attempts + 1, next_attempt_at: lease })
			return due.map((row) => ({ ...row }))
		},
	],
	[
		"sent",
		/^update erp_event set status = 'sent'/,
		(tables, [id, now]) => change(tables, id, { status: "sent", sent_at: now, last_error: null }),
	],
	[
		"retry",
		/^update erp_event set next_attempt_at/,
		(tables, [id, attempts, at, error]) =>
			change(tables, id, { next_attempt_at: at, last_error: error }, attempts),
	],
	[
		"fail",
		/^update erp_event set status = 'failed'/,
		(tables, [id, attempts, error]) => change(tables, id, { status: "failed", last_error: error }, attempts),
	],
	[
		"newest",
		/^select aggregate, aggregate_id, max\(created_at\)/,
		(tables, [ids]) => {
			const newest = new Map<string, object>()
			for (const { aggregate, aggregate_id, created_at } of tables.events)
				if (JSON.parse(ids).includes(aggregate_id))
					newest.set(aggregate_id, { aggregate, aggregate_id, newest: created_at })
			return [...newest.values()]
		},
	],
	[
		"watermark",
		/^select swept_until/,
		(tables, [id]) => (tables.watermarks.has(id) ? [{ swept_until: tables.watermarks.get(id) }] : []),
	],
	[
		"move the watermark",
		/^insert into erp_watermark/,
		(tables, [id, moment]) => {
			tables.watermarks.set(id, moment)
			return []
		},
	],
	["forget", /^delete from erp_event where status = 'sent'/, () => []],
]

/**
 * The tables of the plugin in memory, for as many processes as there are: each statement is a moment. What
 * PostgreSQL makes of the statements, tests/plugin shows.
 */
export class Tables {
	readonly events: Row[] = []
	readonly watermarks = new Map<string, Date>()

	/** The name of a statement, and what runs it. */
	statement(sql: string, values: unknown[]): [name: string, run: () => any[]] {
		const line = sql.trim().replace(/\s+/g, " ")
		const found = STATEMENTS.find(([, begins]) => begins.test(line))
		if (!found) throw new Error(`nobody knows this statement: ${line}`)
		return [found[0], () => found[2](this, values)]
	}
}
