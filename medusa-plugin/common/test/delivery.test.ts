import assert from "node:assert/strict"
import { test } from "node:test"
import { deliveryTo } from "../src/outbox/delivery"
import type { OutboxEvent } from "../src/outbox/events"
import { LEASE } from "../src/outbox/sender"

const NOW = new Date(1700000000_000)
const EVENT: OutboxEvent = {
	id: "evt_1",
	type: "order.placed",
	aggregate: "order",
	aggregate_id: "order_1",
	status: "pending",
	attempts: 1,
	next_attempt_at: NOW,
	last_error: null,
	created_at: NOW,
	sent_at: null,
}
const BODY =
	'{"id":"evt_1","type":"order.placed","aggregate":"order","aggregate_id":"order_1","created_at":"2023-11-14T22:13:20.000Z"}'
const SIGNATURE = "bf4f8490e7e97ae9b372de36b457cb98c7427c09620e24b00df49dfd876f74c1"

type Sent = {
	url: string
	method?: string
	headers: Record<string, string>
	body: unknown
	redirect?: string
	signal?: AbortSignal
}

async function send(status: number, text: string, address = "https://erp.example.com") {
	const sent: Sent[] = []
	const post = async (url: any, init: any) => {
		sent.push({ url, ...init })
		return new Response(status === 204 ? null : text, { status })
	}
	const failure = await deliveryTo(address, "s3cret-1", () => NOW, post as typeof fetch)(EVENT)
	return { failure, sent }
}

const RECEIVED = '{"message":{"status":"received"}}'

test("the request is the agreed one", async () => {
	for (const address of ["https://erp.example.com", "https://erp.example.com//"]) {
		const { failure, sent } = await send(200, RECEIVED, address)
		assert.equal(failure, undefined)
		assert.equal(sent.length, 1)
		const [{ url, method, headers, body, redirect }] = sent
		assert.equal(url, "https://erp.example.com/api/method/medusa_integration.api.receive_medusa_event")
		assert.equal(method, "POST")
		assert.equal(body, BODY)
		assert.equal(headers["Content-Type"], "application/vnd.erpnext.medusa-event")
		assert.equal(headers["x-erpnext-signature"], `t=1700000000,v1=${SIGNATURE}`)
		// a redirected POST would arrive without its body
		assert.equal(redirect, "manual")
	}
})

test("what counts as delivered, as an outage, and as refused", async () => {
	const cases: [number, string, string | undefined, boolean?][] = [
		[200, RECEIVED, undefined],
		[409, '{"message":{"status":"error","message":"known"}}', undefined],
		[409, "<html>", undefined],
		[200, "<html>a page of a proxy</html>", "ERPNext answered 200.", false],
		[200, "null", "ERPNext answered 200.", false],
		[204, "", "ERPNext answered 204.", false],
		[302, "", "ERPNext answered 302.", false],
		[
			401,
			'{"error":"The signature is wrong.","message":{"status":"error"}}',
			"ERPNext answered 401: The signature is wrong.",
			false,
		],
		[404, '{"message":"Not Found"}', "ERPNext answered 404: Not Found", false],
		[429, "", "ERPNext answered 429.", false],
		[500, "", "ERPNext answered 500.", false],
		[503, "", "ERPNext answered 503.", false],
		[400, "", "ERPNext answered 400.", true],
		[413, "", "ERPNext answered 413.", true],
		// an ERPNext that takes another type may be updated
		[415, "", "ERPNext answered 415.", false],
	]
	for (const [status, text, error, isFinal] of cases) {
		const { failure } = await send(status, text)
		assert.deepEqual(failure, error && { error, isFinal }, `${status} ${text}`)
	}
	const long = await send(500, JSON.stringify({ message: "x".repeat(1000) }))
	assert.equal(long.failure?.error.length, 300)
})

test("a delivery ends long before somebody else may have its event", async (t) => {
	const timeout = t.mock.method(AbortSignal, "timeout")
	const { sent } = await send(200, RECEIVED)
	const [call] = timeout.mock.calls
	assert.deepEqual(call.arguments, [10_000])
	assert.equal(sent[0].signal, call.result)
	assert.ok(LEASE >= 3 * 10_000)
})

test("whatever goes wrong on the way is an outage", async () => {
	const refuse = async () => {
		throw Object.assign(new TypeError("fetch failed"), { cause: new Error("connect ECONNREFUSED") })
	}
	const deliver = deliveryTo("http://127.0.0.1:1", "s3cret-1", () => NOW, refuse as typeof fetch)
	const error = "ERPNext cannot be reached: connect ECONNREFUSED"
	assert.deepEqual(await deliver(EVENT), { error, isFinal: false })
})
