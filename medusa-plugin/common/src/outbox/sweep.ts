import type { Hint } from "./events"

/** An order or customer, and when it, or what belongs to it, was changed last; without an id it is nobody's. */
export type Changed = Pick<Hint, "aggregate" | "aggregate_id"> & { changed_at: Date }

/** Something of Medusa's that has a time of its last change. */
export type Source = {
	name: string
	/** What was changed in this time, oldest first, without the first `skip`. */
	changed(since: Date, until: Date, skip: number, take: number): Promise<Changed[]>
}

/** What the sweep needs of the tables of the plugin. */
export type Recorded = {
	watermark(source: string): Promise<Date | undefined>
	setWatermark(source: string, moment: Date): Promise<void>
	/** When the newest event of each of these was written, by `aggregate:id`. */
	newest(changed: Changed[]): Promise<Map<string, Date>>
	add(hints: Hint[], now: Date): Promise<void>
}

/** A change younger than this may be about to be written by its subscriber. */
export const GRACE = 30_000

/** Transactions commit later than what they wrote says: look this far behind the watermark. */
export const OVERLAP = 600_000

const PAGE = 500

/**
 * Write an event for each change that has none, as when the server died between a commit and its subscriber.
 *
 * Any event written after a change stands for it, since ERPNext reads the order only when it has the event.
 * The first call only notes the time: what was there before the plugin is not its business.
 *
 * @returns how many events it wrote
 */
export async function sweep(sources: Source[], recorded: Recorded, now: Date): Promise<number> {
	const until = new Date(now.getTime() - GRACE)
	let written = 0
	for (const source of sources) {
		const watermark = await recorded.watermark(source.name)
		if (watermark) {
			const since = new Date(watermark.getTime() - OVERLAP)
			for await (const page of pages(source, since, until)) {
				const hints = await missing(recorded, page)
				if (hints.length) await recorded.add(hints, now)
				written += hints.length
			}
		}
		// only now: whatever ends this before, the same is looked at again
		await recorded.setWatermark(source.name, until)
	}
	return written
}

/**
 * What was changed in this time, page by page. A row that is changed meanwhile leaves the time, so each page
 * begins at the last change of the one before, and not behind so many rows; the same change may come again.
 */
async function* pages(source: Source, since: Date, until: Date): AsyncGenerator<Changed[]> {
	let skip = 0
	for (;;) {
		const page = await source.changed(since, until, skip, PAGE)
		yield page
		if (page.length < PAGE) return
		// a millisecond earlier: the database counts finer than a Date
		const next = new Date(page[PAGE - 1].changed_at.getTime() - 1)
		// only where a whole page is of one moment
		skip = next > since ? 0 : skip + PAGE
		if (!skip) since = next
	}
}

async function missing(recorded: Recorded, page: Changed[]): Promise<Hint[]> {
	const changes = page.filter(({ aggregate_id }) => aggregate_id)
	if (!changes.length) return []
	const newest = await recorded.newest(changes)
	const hints = new Map<string, Hint>()
	for (const { aggregate, aggregate_id, changed_at } of changes) {
		const key = `${aggregate}:${aggregate_id}`
		const known = newest.get(key)
		if (!known || known < changed_at)
			hints.set(key, { type: `${aggregate}.updated`, aggregate, aggregate_id })
	}
	return [...hints.values()]
}
