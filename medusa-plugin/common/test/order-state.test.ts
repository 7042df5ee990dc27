import assert from "node:assert/strict"
import { test } from "node:test"
import { dropOrderState, orderStateOf } from "../src/order-state"

const NOTHING = {
	order_status: undefined,
	payment_status: undefined,
	updated_at: undefined,
	documents: undefined,
}

test("a visitor cannot write into a cart what only ERPNext tells", () => {
	const body = { email: "a@example.com", metadata: { erp: { payment_status: "Paid" }, note: "by the door" } }
	dropOrderState(body)
	assert.deepEqual(body, { email: "a@example.com", metadata: { note: "by the door" } })
})

test("bodies of another shape stay as they are", () => {
	for (const body of [
		undefined,
		null,
		"erp",
		[],
		{},
		{ metadata: null },
		{ metadata: "erp" },
		{ metadata: [] },
	]) {
		const before = structuredClone(body)
		dropOrderState(body)
		assert.deepEqual(body, before)
	}
})

test("what ERPNext has told is read", () => {
	const documents = {
		sales_order: "SAL-ORD-1",
		invoices: ["ACC-SINV-1"],
		delivery_notes: ["MAT-DN-1"],
		delivered: 50,
	}
	const erp = {
		order_status: "To Bill",
		payment_status: "Paid",
		updated_at: "2026-11-30T04:00:00Z",
		documents,
	}
	assert.deepEqual(orderStateOf({ erp }), erp)
})

test("what is of another kind is left out, so that the page of the order is shown", () => {
	for (const metadata of [undefined, null, {}, { erp: null }, { erp: "Paid" }, { erp: [] }, "erp"]) {
		assert.deepEqual(orderStateOf(metadata), NOTHING)
	}
	assert.deepEqual(
		orderStateOf({ erp: { order_status: {}, payment_status: ["Paid"], documents: "all" } }),
		NOTHING,
	)
	const documents = {
		sales_order: {},
		invoices: "ACC-SINV-1",
		delivery_notes: [{}, "MAT-DN-1"],
		delivered: {},
	}
	assert.deepEqual(orderStateOf({ erp: { documents } }).documents, {
		sales_order: undefined,
		invoices: [],
		delivery_notes: ["MAT-DN-1"],
		delivered: 0,
	})
})
