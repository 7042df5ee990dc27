import assert from "node:assert/strict"
import { test } from "node:test"
import { readOptions } from "../src/options"

test("nothing is allowed unless it is told", () => {
	for (const given of [undefined, {}]) {
		const { secrets, allow_unsigned } = readOptions(given)
		assert.deepEqual({ secrets, allow_unsigned }, { secrets: [], allow_unsigned: false })
	}
})

test("options of the wrong kind end the start with a sentence", () => {
	for (const secrets of ["one", [""], [1], [undefined], null]) {
		assert.throws(() => readOptions({ secrets }), /option secrets has to be a list of texts/)
	}
	for (const allow_unsigned of ["false", 0, null]) {
		assert.throws(() => readOptions({ allow_unsigned }), /option allow_unsigned has to be true or false/)
	}
})

test("an address to tell needs secrets, and has to be one", () => {
	const secrets = ["s3cret-1"]
	for (const erpnext_url of ["https://erp.example.com", "http://127.0.0.1:8000/"]) {
		assert.equal(readOptions({ secrets, erpnext_url }).erpnext_url, erpnext_url)
		assert.throws(() => readOptions({ erpnext_url }), /option erpnext_url needs secrets/)
	}
	for (const erpnext_url of [
		"",
		"erp.example.com",
		"ftp://erp.example.com",
		"https://a:b@erp.example.com",
		"https://erp.example.com/?x=1",
		null,
		5,
	]) {
		assert.throws(() => readOptions({ secrets, erpnext_url }), /option erpnext_url has to be an address/)
	}
})
