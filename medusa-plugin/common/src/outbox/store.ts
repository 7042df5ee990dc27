import { type Hint, newEventId, type OutboxEvent, type Status } from "./events"
import { LEASE, type Outbox } from "./sender"
import type { Changed, Recorded } from "./sweep"

/** Runs a statement with parameters $1, $2, ... and gives its rows. */
export type Query = (sql: string, values: unknown[]) => Promise<any[]>

/** Which events a list shows. */
export type Filter = { aggregate_id?: string; status?: Status; limit: number; offset: number }

const COLUMNS = `id, type, aggregate, aggregate_id, status, attempts, next_attempt_at, last_error, created_at, sent_at`

/** The tables of the plugin, by SQL that each of Medusa's two generations runs in its own way. */
export class EventStore implements Outbox, Recorded {
	constructor(private readonly query: Query) {}

	async add(hints: Hint[], now: Date): Promise<void> {
		for (const { type, aggregate, aggregate_id } of hints) {
			await this.query(
				`insert into erp_event (id, type, aggregate, aggregate_id, next_attempt_at, created_at)
				values ($1, $2, $3, $4, $5, $5)`,
				[newEventId(now), type, aggregate, aggregate_id, now],
			)
		}
	}

	async claim(now: Date, limit: number): Promise<OutboxEvent[]> {
		return await this.query(
			`update erp_event set attempts = attempts + 1, next_attempt_at = $2
			where id in (
				select due.id from erp_event due
				where due.status = 'pending' and due.next_attempt_at <= $1 and not exists (
					select 1 from erp_event earlier
					where earlier.aggregate = due.aggregate and earlier.aggregate_id = due.aggregate_id
						and earlier.status = 'pending' and earlier.sequence < due.sequence
				)
				order by due.sequence limit $3
				for update skip locked
			)
			returning ${COLUMNS}`,
			[now, new Date(now.getTime() + LEASE), limit],
		)
	}

	async sent({ id }: OutboxEvent, now: Date): Promise<void> {
		const sql = `update erp_event set status = 'sent', sent_at = $2, last_error = null where id = $1`
		await this.query(sql, [id, now])
	}

	// whoever has lost the event to another sender changes nothing: the attempts tell

	async retry({ id, attempts }: OutboxEvent, at: Date, error: string): Promise<void> {
		await this.query(
			`update erp_event set next_attempt_at = $3, last_error = $4
			where id = $1 and attempts = $2 and status = 'pending'`,
			[id, attempts, at, error],
		)
	}

	async fail({ id, attempts }: OutboxEvent, error: string): Promise<void> {
		await this.query(
			`update erp_event set status = 'failed', last_error = $3
			where id = $1 and attempts = $2 and status = 'pending'`,
			[id, attempts, error],
		)
	}

	/** The newest events first, and how many there are. */
	async list({
		aggregate_id,
		status,
		limit,
		offset,
	}: Filter): Promise<{ events: OutboxEvent[]; count: number }> {
		const where = `where (aggregate_id = $1 or $1 = '') and (status = $2 or $2 = '')`
		const values = [aggregate_id ?? "", status ?? ""]
		const events = await this.query(
			`select ${COLUMNS} from erp_event ${where} order by sequence desc limit $3 offset $4`,
			[...values, limit, offset],
		)
		const [{ count }] = await this.query(`select count(*) as count from erp_event ${where}`, values)
		return { events, count: Number(count) }
	}

	/**
	 * Have an event sent again, whatever has become of it; undefined when there is none.
	 *
	 * One that was sent is known to ERPNext by its id: another one with the same content takes its place.
	 */
	async replay(id: string, now: Date): Promise<OutboxEvent | undefined> {
		const [reopened] = await this.query(
			`update erp_event set status = 'pending', attempts = 0, next_attempt_at = $2
			where id = $1 and status <> 'sent' returning ${COLUMNS}`,
			[id, now],
		)
		if (reopened) return reopened
		const [copied] = await this.query(
			`insert into erp_event (id, type, aggregate, aggregate_id, next_attempt_at, created_at)
			select $2, type, aggregate, aggregate_id, $3, $3 from erp_event where id = $1
			returning ${COLUMNS}`,
			[id, newEventId(now), now],
		)
		return copied
	}

	/** Delete what was sent before this time. */
	async forget(before: Date): Promise<void> {
		await this.query(`delete from erp_event where status = 'sent' and sent_at < $1`, [before])
	}

	async newest(changed: Changed[]): Promise<Map<string, Date>> {
		const ids = JSON.stringify(changed.map(({ aggregate_id }) => aggregate_id))
		const rows = await this.query(
			`select aggregate, aggregate_id, max(created_at) as newest from erp_event
			where aggregate_id in (select jsonb_array_elements_text(cast($1 as jsonb)))
			group by aggregate, aggregate_id`,
			[ids],
		)
		return new Map(rows.map((row) => [`${row.aggregate}:${row.aggregate_id}`, row.newest]))
	}

	async watermark(source: string): Promise<Date | undefined> {
		const [row] = await this.query(`select swept_until from erp_watermark where id = $1`, [source])
		return row?.swept_until
	}

	async setWatermark(source: string, moment: Date): Promise<void> {
		await this.query(
			`insert into erp_watermark (id, swept_until) values ($1, $2)
			on conflict (id) do update set swept_until = excluded.swept_until`,
			[source, moment],
		)
	}
}
