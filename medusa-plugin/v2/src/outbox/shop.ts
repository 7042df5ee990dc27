import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { ERP_MODULE } from "../modules/erp"
import type ErpService from "../modules/erp/service"
import { deliveryTo } from "./delivery"
import type { Hint } from "./events"
import { sendDue, Sender } from "./sender"
import { sourcesOf } from "./sources"
import { EventStore } from "./store"
import { type Source, sweep } from "./sweep"

const KEPT = 90 * 24 * 3_600_000

const clock = () => new Date()
const outboxes = new WeakMap<ErpService, ShopOutbox>()

/** The outbox of this Medusa, one for each process. */
export function outboxOf(container: MedusaContainer): ShopOutbox {
	const service: ErpService = container.resolve(ERP_MODULE)
	const outbox = outboxes.get(service) ?? new ShopOutbox(container, service)
	outboxes.set(service, outbox)
	return outbox
}

/** The table of events, and what sends them. */
export class ShopOutbox {
	readonly store: EventStore
	/** Whether there is an ERPNext to tell. */
	readonly isOn: boolean
	private readonly sender: Sender
	private readonly sources: Source[]
	private written: Promise<unknown> = Promise.resolve()

	constructor(container: MedusaContainer, { options }: ErpService) {
		this.sources = sourcesOf(container.resolve(ContainerRegistrationKeys.QUERY))
		const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
		const logger = container.resolve(ContainerRegistrationKeys.LOGGER)
		this.store = new EventStore(async (sql, values) => {
			const named = Object.fromEntries(values.map((value, index) => [`p${index + 1}`, value]))
			return (await knex.raw(sql.replace(/\$(\d+)/g, ":p$1"), named as any)).rows
		})
		const { erpnext_url, secrets } = options
		this.isOn = erpnext_url !== undefined
		const deliver = deliveryTo(erpnext_url ?? "", secrets[0] ?? "", clock)
		this.sender = new Sender(
			() => sendDue(this.store, deliver, clock),
			({ message }) => logger.error(`Events for ERPNext cannot be sent: ${message}`),
		)
	}

	/** Write what has happened, and send it without anybody waiting for that. */
	async record(hints: Hint[]): Promise<void> {
		if (!this.isOn || !hints.length) return
		// one after the other, so that they stand in the order in which Medusa told of them
		const written = this.written.then(() => this.store.add(hints, clock()))
		this.written = written.catch(() => undefined)
		await written
		void this.send()
	}

	/** Send what is due. Never rejects. */
	async send(): Promise<void> {
		if (this.isOn) await this.sender.wake()
	}

	/** Write what no subscriber has written, and forget what was sent long ago. */
	async sweep(): Promise<void> {
		if (!this.isOn) return
		const now = clock()
		await sweep(this.sources, this.store, now)
		await this.store.forget(new Date(now.getTime() - KEPT))
	}
}
