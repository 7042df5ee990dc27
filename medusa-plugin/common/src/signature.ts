import { createHmac, timingSafeEqual } from "node:crypto"

/** The header that carries the time and the signatures of a request. */
export const SIGNATURE_HEADER = "x-erpnext-signature"

/** By how many seconds the clocks of both sides may differ. */
export const TOLERANCE = 300

const LONGEST_HEADER = 1000

/** What is signed of a request: its query string without "?", and its body, both as they were sent. */
export type Signed = { query: string; body: Buffer }

function digest(secret: string, time: string, { query, body }: Signed): Buffer {
	return createHmac("sha256", secret).update(`${time}.${query}.`).update(body).digest()
}

/** The header's value for a request that is sent at this time, in Unix seconds. */
export function sign(secret: string, time: number, request: Signed): string {
	return `t=${time},v1=${digest(secret, String(time), request).toString("hex")}`
}

/** The header's time and signatures; undefined without exactly one time. Other keys are not considered. */
function parse(header: string): { time: string; signatures: Buffer[] } | undefined {
	const times: string[] = []
	const signatures: Buffer[] = []
	for (const part of header.split(",")) {
		const [, key, value] = /^[ \t]*([^=]*)=(.*?)[ \t]*$/s.exec(part) ?? []
		if (key === undefined) return undefined
		if (key === "t") times.push(value)
		if (key === "v1") {
			if (!/^[0-9a-f]{64}$/.test(value)) return undefined
			signatures.push(Buffer.from(value, "hex"))
		}
	}
	const isValid = times.length === 1 && /^[0-9]{1,12}$/.test(times[0]) && signatures.length
	return isValid ? { time: times[0], signatures } : undefined
}

/**
 * Why a request is not to be trusted, in one sentence; undefined when it is.
 *
 * @param header - the value of the header, undefined when it is missing
 * @param request - what was received
 * @param secrets - each of these may have signed it
 * @param now - Unix seconds
 */
export function distrust(
	header: string | undefined,
	request: Signed,
	secrets: readonly string[],
	now: number,
): string | undefined {
	if (!secrets.length) return "No secret is configured to check the signature of requests."
	if (header === undefined) return "The request has no signature."
	const parsed = header.length <= LONGEST_HEADER ? parse(header) : undefined
	if (!parsed) return "The signature of the request cannot be read."
	let isGenuine = false
	for (const secret of secrets) {
		const expected = digest(secret, parsed.time, request)
		// all of them are compared, so that the time taken tells nothing
		for (const signature of parsed.signatures) isGenuine = timingSafeEqual(signature, expected) || isGenuine
	}
	if (!isGenuine) return "The signature of the request is wrong."
	if (Math.abs(now - Number(parsed.time)) > TOLERANCE) {
		return "The signature of the request is older than 5 minutes, or the clocks of both servers differ."
	}
	return undefined
}
