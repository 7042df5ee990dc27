import { type Options, readOptions } from "../options"

/** What the plugin was told in the shop's configuration. */
export default class ErpService {
	readonly options: Options

	constructor(_: Record<string, unknown>, options?: Record<string, unknown>) {
		this.options = readOptions(options)
	}
}
