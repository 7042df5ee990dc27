import assert from "node:assert/strict"
import { test } from "node:test"
import type { Hint } from "../src/outbox/events"
import { ShopOutbox } from "../src/outbox/shop"
import type { Query } from "../src/outbox/store"
import type { Source } from "../src/outbox/sweep"

const DAY = 24 * 3_600_000
const OPTIONS = { secrets: ["s3cret-1"], allow_unsigned: false, erpnext_url: "http://127.0.0.1:1" }
const NOTHING: Source = { name: "order", changed: async () => [] }
const hint = (aggregate_id: string): Hint => ({ type: "order.placed", aggregate: "order", aggregate_id })

/** An outbox over a database that notes each statement and has no rows, and what it reports. */
function outboxOver(run: Query, options: typeof OPTIONS | Omit<typeof OPTIONS, "erpnext_url"> = OPTIONS) {
	const statements: [string, unknown[]][] = []
	const reported: string[] = []
	const query: Query = async (sql, values) => {
		statements.push([sql.trim().split(/\s+/).slice(0, 3).join(" "), values])
		return await run(sql, values)
	}
	const outbox = new ShopOutbox(options, query, [NOTHING], { error: (message) => reported.push(message) })
	return { outbox, statements, reported }
}

test("without an ERPNext nothing is written, sent or compared", async () => {
	const { outbox, statements } = outboxOver(async () => [], { secrets: [], allow_unsigned: false })
	await outbox.record([hint("order_1")])
	await outbox.send()
	await outbox.sweep()
	assert.equal(outbox.isOn, false)
	assert.deepEqual(statements, [])
})

test("events are written in the order in which they were told, also after one that failed", async () => {
	const written: unknown[] = []
	const { outbox } = outboxOver(async (sql, [, , , aggregate_id]) => {
		if (!sql.startsWith("insert")) return []
		if (aggregate_id === "first") await new Promise((resolve) => setTimeout(resolve, 20))
		if (aggregate_id === "second") throw new Error("no connection")
		written.push(aggregate_id)
		return []
	})
	const [first, second, third] = ["first", "second", "third"].map((id) => outbox.record([hint(id)]))
	await assert.rejects(second, { message: "no connection" })
	await Promise.all([first, third])
	assert.deepEqual(written, ["first", "third"])
})

test("what was written is sent, and whoever wrote it does not wait for that", async () => {
	let fail = (_: Error) => {}
	const claim = new Promise<any[]>((_, reject) => (fail = reject))
	const { outbox, statements, reported } = outboxOver(async (sql) => (sql.startsWith("update") ? claim : []))
	await outbox.record([])
	assert.deepEqual(statements, [])
	await outbox.record([hint("order_1")])
	assert.deepEqual(
		statements.map(([sql]) => sql),
		["insert into erp_event", "update erp_event set"],
	)
	fail(new Error("no connection"))
	await outbox.send()
	assert.deepEqual(new Set(reported), new Set(["Events for ERPNext cannot be sent: no connection"]))
})

test("a sweep notes how far it came, and forgets what was sent 90 days ago", async () => {
	const { outbox, statements } = outboxOver(async () => [])
	const before = Date.now()
	await outbox.sweep()
	const after = Date.now()
	assert.deepEqual(
		statements.map(([sql]) => sql),
		["select swept_until from", "insert into erp_watermark", "delete from erp_event"],
	)
	const [forgotten] = statements[2][1] as [Date]
	assert.ok(+forgotten >= before - 90 * DAY && +forgotten <= after - 90 * DAY)
})
