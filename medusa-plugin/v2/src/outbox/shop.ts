import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { ShopOutbox } from "../common/outbox/shop"
import type { Query } from "../common/outbox/store"
import { ERP_MODULE } from "../modules/erp"
import type ErpService from "../modules/erp/service"
import { sourcesOf } from "./sources"

const outboxes = new WeakMap<ErpService, ShopOutbox>()

/** The outbox of this Medusa, one for each process. */
export function outboxOf(container: MedusaContainer): ShopOutbox {
	const service: ErpService = container.resolve(ERP_MODULE)
	const outbox = outboxes.get(service) ?? newOutbox(container, service)
	outboxes.set(service, outbox)
	return outbox
}

function newOutbox(container: MedusaContainer, { options }: ErpService): ShopOutbox {
	const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
	const query: Query = async (sql, values) => {
		const named = Object.fromEntries(values.map((value, index) => [`p${index + 1}`, value]))
		return (await knex.raw(sql.replace(/\$(\d+)/g, ":p$1"), named as any)).rows
	}
	const sources = sourcesOf(container.resolve(ContainerRegistrationKeys.QUERY))
	return new ShopOutbox(options, query, sources, container.resolve(ContainerRegistrationKeys.LOGGER))
}
