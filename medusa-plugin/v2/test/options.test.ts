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
