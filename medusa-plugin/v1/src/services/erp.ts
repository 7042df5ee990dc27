import type { Logger } from "@medusajs/medusa"
import type { EntityManager } from "typeorm"
import { type Options, readOptions } from "../common/options"
import { ShopOutbox } from "../common/outbox/shop"
import { sourcesOf } from "../outbox/sources"

/** What the plugin was told in the shop's configuration, and its outbox. */
export default class ErpService {
	static LIFE_TIME = "SINGLETON"
	readonly options: Options
	readonly outbox: ShopOutbox

	constructor(
		{ manager, logger }: { manager: EntityManager; logger: Logger },
		options?: Record<string, unknown>,
	) {
		this.options = readOptions(options)
		const query = async (sql: string, values: unknown[]) => rowsOf(await manager.query(sql, values))
		this.outbox = new ShopOutbox(this.options, query, sourcesOf(query), logger)
	}
}

/** The rows of a result: TypeORM gives those of an UPDATE or DELETE together with their number. */
function rowsOf(result: any[]): any[] {
	return Array.isArray(result[0]) ? result[0] : result
}
