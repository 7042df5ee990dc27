/** What stands under `options` of this plugin in the shop's configuration. */
export type Options = {
	/** The secrets shared with ERPNext: each may have signed a request, the first signs what is sent. */
	secrets: string[]
	/** Whether requests without a signature are accepted, as an older version of the app sends them. */
	allow_unsigned: boolean
}

const NAME = "medusa-plugin-erpnext"

/** The options with their defaults. Throws an Error that names what is wrong. */
export function readOptions(given: Record<string, unknown> | undefined): Options {
	const { secrets = [], allow_unsigned = false } = given ?? {}
	if (!Array.isArray(secrets) || !secrets.every((secret) => typeof secret === "string" && secret)) {
		throw new Error(`${NAME}: the option secrets has to be a list of texts that are not empty.`)
	}
	if (typeof allow_unsigned !== "boolean") {
		throw new Error(`${NAME}: the option allow_unsigned has to be true or false.`)
	}
	return { secrets, allow_unsigned }
}
