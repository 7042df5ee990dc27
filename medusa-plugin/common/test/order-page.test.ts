import assert from "node:assert/strict"
import { test } from "node:test"
import { lastEventPath, orderRows, replayPath, type ShownEvent } from "../src/order-page"

const shown = (iso: string) => new Date(iso).toLocaleString()

const EVENT: ShownEvent = {
	id: "evt_1",
	type: "order.placed",
	status: "sent",
	last_error: null,
	next_attempt_at: "2026-11-30T04:01:00.000Z",
	sent_at: "2026-11-30T04:00:30.000Z",
}
const DOCUMENTS = {
	sales_order: "SAL-ORD-1",
	invoices: ["ACC-SINV-1", "ACC-SINV-2"],
	delivery_notes: ["MAT-DN-1", "MAT-DN-2"],
	delivered: 50,
}
const TOLD = {
	order_status: "To Deliver and Bill",
	payment_status: "Partly Paid",
	updated_at: "2026-11-30T04:00:00.000Z",
	documents: DOCUMENTS,
}

const texts = (rows: { label: string; value?: string }[]) => rows.map(({ label, value }) => [label, value])

test("what ERPNext has told stands before the last event", () => {
	assert.deepEqual(texts(orderRows({ erp: TOLD }, EVENT)), [
		["Sales Order", "SAL-ORD-1"],
		["Status", "To Deliver and Bill"],
		["Invoice", "ACC-SINV-1, ACC-SINV-2"],
		["Payment", "Partly Paid"],
		["Delivery", "50 %, MAT-DN-1, MAT-DN-2"],
		["Told By ERPNext", shown("2026-11-30T04:00:00.000Z")],
		["Last Event", `order.placed, sent ${shown("2026-11-30T04:00:30.000Z")}`],
	])
})

test("an order of which nothing is known has the rows of ERPNext, and nothing in them", () => {
	for (const metadata of [undefined, null, {}, { erp: "Paid" }]) {
		assert.deepEqual(texts(orderRows(metadata)), [
			["Sales Order", undefined],
			["Status", undefined],
			["Invoice", undefined],
			["Payment", undefined],
			["Delivery", undefined],
			["Told By ERPNext", undefined],
		])
	}
})

test("an order that is not delivered says so", () => {
	const rows = orderRows({ erp: { documents: { sales_order: "SAL-ORD-1" } } })
	assert.deepEqual(texts(rows).slice(0, 5), [
		["Sales Order", "SAL-ORD-1"],
		["Status", undefined],
		["Invoice", ""],
		["Payment", undefined],
		["Delivery", "0 %"],
	])
})

test("what became of the last event, and its error", () => {
	const waiting = { ...EVENT, status: "pending" as const, sent_at: null, last_error: "ERPNext answered 503." }
	assert.deepEqual(texts(orderRows({}, waiting)).slice(6), [
		["Last Event", `order.placed, next attempt ${shown("2026-11-30T04:01:00.000Z")}`],
		["Last Error", "ERPNext answered 503."],
	])
	assert.deepEqual(texts(orderRows({}, { ...waiting, status: "failed" })).slice(6), [
		["Last Event", "order.placed, given up"],
		["Last Error", "ERPNext answered 503."],
	])
})

test("that the last event cannot be read is said", () => {
	assert.deepEqual(texts(orderRows({}, undefined, "Unauthorized")).slice(6), [["Error", "Unauthorized"]])
})

test("paths have the ids as they are, whatever is in them", () => {
	assert.equal(lastEventPath("order_1"), "/erpnext/events?aggregate_id=order_1&limit=1")
	assert.equal(lastEventPath("a&limit=200"), "/erpnext/events?aggregate_id=a%26limit%3D200&limit=1")
	assert.equal(replayPath("evt_1"), "/erpnext/events/evt_1/replay")
	assert.equal(replayPath("../x"), "/erpnext/events/..%2Fx/replay")
})
