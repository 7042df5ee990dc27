import { distrust, SIGNATURE_HEADER } from "./signature"

/** What is read of a request of Express. */
export type Incoming = {
	originalUrl: string
	headers: Record<string, string | string[] | undefined>
	/** The body as it was sent, kept by the body parser; undefined when no parser has read it. */
	rawBody?: Buffer
}

/** Whether there is a body that is something else than JSON: it is read in another form than it is signed. */
function isOtherBody({ headers, rawBody }: Incoming): boolean {
	const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0
	const isJson = /^application\/json\s*(;|$)/i.test(headers["content-type"]?.toString() ?? "")
	return hasBody && !(isJson && rawBody)
}

/** Why a request of ERPNext is refused, in one sentence; undefined when it is accepted. */
export function refusal(
	request: Incoming,
	options: { secrets: readonly string[]; allow_unsigned: boolean },
	now: number = Date.now() / 1000,
): string | undefined {
	const header = request.headers[SIGNATURE_HEADER]
	if (options.allow_unsigned && (header === undefined || !options.secrets.length)) return undefined
	if (isOtherBody(request))
		return "The signature cannot be checked, because the body of the request is not JSON."
	const [, query = ""] = /^[^?]*\?(.*)$/s.exec(request.originalUrl) ?? []
	const body = request.rawBody ?? Buffer.alloc(0)
	return distrust(header?.toString(), { query, body }, options.secrets, now)
}
