import assert from "node:assert/strict"
import { test } from "node:test"
import { type Incoming, refusal } from "../src/receive"
import { sign } from "../src/signature"

const TIME = 1700000000
const SECRETS = ["s3cret-1"]
const FIRST = "1286958009e61cc543ace592ae856dea59989cf1d38ab34abf97739c11b41f8a"
const SECOND = "c5e645008d784700013f5a7dca4f6fc55f991214987d339093f64a148f50a556"
const EMPTY = "56ef10abb3a9f92f0b382fddb412bb93589281cebf06eb732fc4585c8b2c3636"
const ENCODED = "c51d2638c3cdca73f66762309cb863a649a2744e0669847e5f80b46083b8fdf3"
const NOT_ASCII = "1a32a62946d153282e0620acb3bd6ac3916e63de364084a0c229f2c92cbfbc9e"

const UNSIGNED = "The request has no signature."
const UNREADABLE = "The signature of the request cannot be read."
const WRONG = "The signature of the request is wrong."
const OLD = "The signature of the request is older than 5 minutes, or the clocks of both servers differ."

function request(header: string | undefined, more: Partial<Incoming> = {}): Incoming {
	const headers = header === undefined ? {} : { "x-erpnext-signature": header }
	return {
		originalUrl: "/store/order-update?order_id=order_1",
		headers: { "content-length": "7", "content-type": "application/json", ...headers },
		rawBody: Buffer.from('{"a":1}'),
		...more,
	}
}

const judge = (
	header: string | undefined,
	{ secrets = SECRETS, allow_unsigned = false, now = TIME, ...more }: Record<string, any> = {},
) => refusal(request(header, more), { secrets, allow_unsigned }, now)

test("what Python signs is accepted, and signed the same here", () => {
	assert.equal(judge(`t=${TIME},v1=${FIRST}`), undefined)
	const signed = { query: "order_id=order_1", body: Buffer.from('{"a":1}') }
	assert.equal(sign("s3cret-1", TIME, signed), `t=${TIME},v1=${FIRST}`)
	assert.equal(sign("geheim-ß", TIME, signed), `t=${TIME},v1=${NOT_ASCII}`)
	const encoded = { query: "quot_id=a%26b%20%C3%A9", body: Buffer.from('{"name":"Zoë ☂"}') }
	assert.equal(sign("s3cret-1", TIME, encoded), `t=${TIME},v1=${ENCODED}`)
})

test("the query string counts as it was sent, whatever path a proxy makes of the address", () => {
	const header = `t=${TIME},v1=${ENCODED}`
	const rawBody = Buffer.from('{"name":"Zoë ☂"}')
	const address = "/api/store/quotation-update?quot_id=a%26b%20%C3%A9"
	assert.equal(judge(header, { rawBody, originalUrl: address }), undefined)
	assert.equal(judge(header, { rawBody, originalUrl: "/store/quotation-update?quot_id=a%26b+%C3%A9" }), WRONG)
})

test("a request with neither query nor body", () => {
	const header = `t=${TIME},v1=${EMPTY}`
	const nothing = { originalUrl: "/store/order-update", headers: { "x-erpnext-signature": header } }
	assert.equal(refusal(nothing, { secrets: SECRETS, allow_unsigned: false }, TIME), undefined)
})

test("another body, query or time is refused", () => {
	const header = `t=${TIME},v1=${FIRST}`
	assert.equal(judge(header, { rawBody: Buffer.from('{"a":2}') }), WRONG)
	assert.equal(judge(header, { rawBody: Buffer.from('{"a": 1}') }), WRONG)
	assert.equal(judge(header, { originalUrl: "/store/order-update?order_id=order_2" }), WRONG)
	assert.equal(judge(header, { originalUrl: "/store/order-update" }), WRONG)
	assert.equal(judge(`t=${TIME + 1},v1=${FIRST}`), WRONG)
	assert.equal(judge(`t=0${TIME},v1=${FIRST}`), WRONG)
})

test("each of several secrets is accepted, and each of several signatures", () => {
	const secrets = ["s3cret-2", "s3cret-1"]
	assert.equal(judge(`t=${TIME},v1=${FIRST}`, { secrets }), undefined)
	assert.equal(judge(`t=${TIME},v1=${SECOND}`, { secrets }), undefined)
	assert.equal(judge(`t=${TIME},v1=${SECOND}`), WRONG)
	assert.equal(judge(`t=${TIME},v1=${SECOND},v1=${FIRST}`), undefined)
	assert.equal(judge(`v1=${FIRST},t=${TIME},v1=${SECOND}`), undefined)
	assert.equal(judge(`t=${TIME},v1=${SECOND},v1=${EMPTY}`), WRONG)
	// what a later version may add
	assert.equal(judge(`v1=${FIRST}, t=${TIME}, v2=later`), undefined)
})

test("300 seconds either way", () => {
	const header = `t=${TIME},v1=${FIRST}`
	for (const now of [TIME - 300, TIME + 300]) assert.equal(judge(header, { now }), undefined)
	for (const now of [TIME - 301, TIME + 301]) assert.equal(judge(header, { now }), OLD)
})

test("headers of another form are refused", () => {
	for (const header of [
		"",
		"nonsense",
		`v1=${FIRST}`,
		`t=${TIME}`,
		`t=${TIME},v1=`,
		`t=${TIME},v1=${FIRST.slice(1)}`,
		`t=${TIME},v1=${FIRST}0`,
		`t=${TIME},v1=${FIRST.replace("1", "g")}`,
		`t=${TIME},t=${TIME},v1=${FIRST}`,
		`t=${TIME},v1=${FIRST.toUpperCase()}`,
		`t= ${TIME},v1=${FIRST}`,
		`T=${TIME},v1=${FIRST}`,
		`t=${TIME},v1=${FIRST},v1=xyz`,
		`t=${TIME},v1=${FIRST},x`,
		`t=${TIME};v1=${FIRST}`,
		`t=-1,v1=${FIRST}`,
		`t=1e9,v1=${FIRST}`,
		`t=1234567890123,v1=${FIRST}`,
		`t=${TIME},v1=${FIRST},`,
		`t=${TIME},v0=${FIRST}`,
		`t=${TIME},v1=${FIRST}\n`,
		`t=${TIME}${`,v1=${FIRST}`.repeat(15)}`,
	]) {
		assert.equal(judge(header), UNREADABLE, header)
	}
	assert.equal(judge(`t=${TIME}${`,v1=${FIRST}`.repeat(14)}`), undefined)
})

test("a body that was not read as JSON is refused, signed or not", () => {
	const signedWithoutBody = `t=${TIME},v1=${EMPTY}`
	const unread = { originalUrl: "/store/order-update", rawBody: undefined }
	const expected = "The signature cannot be checked, because the body of the request is not JSON."
	assert.equal(judge(signedWithoutBody, unread), expected)
	const text = { "content-length": "7", "content-type": "text/plain" }
	const headers = { ...text, "x-erpnext-signature": `t=${TIME},v1=${FIRST}` }
	assert.equal(judge(undefined, { headers }), expected)
	const json = { ...headers, "content-type": "Application/JSON ; charset=utf-8" }
	assert.equal(judge(undefined, { headers: json }), undefined)
	const chunked = { "transfer-encoding": "chunked", "x-erpnext-signature": signedWithoutBody }
	assert.equal(judge(undefined, { ...unread, headers: chunked }), expected)
})

test("unsigned requests pass only when that is allowed, and wrong ones never while there is a secret", () => {
	assert.equal(judge(undefined), UNSIGNED)
	assert.equal(judge(undefined, { allow_unsigned: true }), undefined)
	assert.equal(judge(`t=${TIME},v1=${FIRST}`, { allow_unsigned: true }), undefined)
	assert.equal(judge(`t=${TIME},v1=${SECOND}`, { allow_unsigned: true }), WRONG)
	assert.equal(judge("", { allow_unsigned: true }), UNREADABLE)
	assert.equal(judge(`t=${TIME},v1=${FIRST}`, { allow_unsigned: true, secrets: [] }), undefined)
	const none = "No secret is configured to check the signature of requests."
	assert.equal(judge(`t=${TIME},v1=${FIRST}`, { secrets: [] }), none)
	assert.equal(judge(undefined, { secrets: [] }), none)
})
