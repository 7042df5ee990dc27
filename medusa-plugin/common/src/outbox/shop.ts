import type { Options } from "../options"
import { deliveryTo } from "./delivery"
import type { Hint } from "./events"
import { sendDue, Sender } from "./sender"
import { EventStore, type Query } from "./store"
import { type Source, sweep } from "./sweep"

const KEPT = 90 * 24 * 3_600_000

const clock = () => new Date()

/** The table of events, and what sends them. */
export class ShopOutbox {
	readonly store: EventStore
	/** Whether there is an ERPNext to tell. */
	readonly isOn: boolean
	private readonly sender: Sender
	private written: Promise<unknown> = Promise.resolve()

	constructor(
		{ erpnext_url, secrets }: Options,
		query: Query,
		private readonly sources: Source[],
		logger: { error(message: string): unknown },
	) {
		this.store = new EventStore(query)
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
