/** What stands under `options` of this plugin in the shop's configuration. */
export type Options = {
	/** The secrets shared with ERPNext: each may have signed a request, the first signs what is sent. */
	secrets: string[]
	/** Whether requests without a signature are accepted, as an older version of the app sends them. */
	allow_unsigned: boolean
	/** The address of the ERPNext that is told about changes; without one nothing is told or recorded. */
	erpnext_url?: string
}

/** The options with their defaults. Throws an Error that names what is wrong. */
export function readOptions(given: Record<string, unknown> | undefined): Options {
	const { secrets = [], allow_unsigned = false, erpnext_url } = given ?? {}
	if (!Array.isArray(secrets) || !secrets.every((secret) => typeof secret === "string" && secret)) {
		throw wrong("secrets has to be a list of texts that are not empty")
	}
	if (typeof allow_unsigned !== "boolean") throw wrong("allow_unsigned has to be true or false")
	if (erpnext_url === undefined) return { secrets, allow_unsigned }
	if (typeof erpnext_url !== "string" || !isAddress(erpnext_url)) {
		throw wrong("erpnext_url has to be an address like https://erp.example.com")
	}
	if (!secrets.length) throw wrong("erpnext_url needs secrets, since nothing is sent without a signature")
	return { secrets, allow_unsigned, erpnext_url }
}

const wrong = (sentence: string) => new Error(`medusa-plugin-erpnext: the option ${sentence}.`)

/** Whether it is the address of a server, without user, query or anchor. */
function isAddress(text: string): boolean {
	try {
		const { protocol, username, password, search, hash } = new URL(text)
		return ["http:", "https:"].includes(protocol) && !(username || password || search || hash)
	} catch {
		return false
	}
}
