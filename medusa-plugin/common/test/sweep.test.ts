import assert from "node:assert/strict"
import { test } from "node:test"
import type { Hint } from "../src/outbox/events"
import { type Changed, type Recorded, type Source, sweep } from "../src/outbox/sweep"

const START = Date.parse("2026-01-01T00:00:00Z")
const SECOND = 1000
const at = (seconds: number) => new Date(START + seconds * SECOND)

class Killed extends Error {}

/** The tables of the plugin, and orders with the times of their changes. */
class World implements Recorded {
	readonly watermarks = new Map<string, Date>()
	readonly events: (Hint & { created_at: Date })[] = []
	readonly orders: Changed[] = []
	/** Before which call of this it dies. */
	dies?: "add" | "setWatermark"

	readonly source: Source = {
		name: "order",
		changed: async (since, until, skip, take) =>
			this.orders
				.filter(({ changed_at }) => changed_at > since && changed_at <= until)
				.sort((one, other) => +one.changed_at - +other.changed_at)
				.slice(skip, skip + take),
	}

	change(aggregate_id: string, seconds: number): void {
		this.orders.push({ aggregate: "order", aggregate_id, changed_at: at(seconds) })
	}

	write(aggregate_id: string, seconds: number): void {
		this.events.push({ type: "order.placed", aggregate: "order", aggregate_id, created_at: at(seconds) })
	}

	sweep(seconds: number): Promise<number> {
		return sweep([this.source], this, at(seconds))
	}

	async watermark(source: string) {
		return this.watermarks.get(source)
	}

	async setWatermark(source: string, moment: Date) {
		if (this.dies === "setWatermark") throw new Killed()
		this.watermarks.set(source, moment)
	}

	async newest(changed: Changed[]) {
		const ids = changed.map(({ aggregate_id }) => aggregate_id)
		const found = this.events.filter(({ aggregate_id }) => ids.includes(aggregate_id))
		const newest = new Map<string, Date>()
		for (const { aggregate_id, created_at } of found) {
			const key = `order:${aggregate_id}`
			if (!newest.has(key) || newest.get(key)! < created_at) newest.set(key, created_at)
		}
		return newest
	}

	async add(hints: Hint[], now: Date) {
		if (this.dies === "add") throw new Killed()
		this.events.push(...hints.map((hint) => ({ ...hint, created_at: now })))
	}
}

async function begun(): Promise<World> {
	const world = new World()
	assert.equal(await world.sweep(0), 0)
	return world
}

test("what was there before the plugin is left alone", async () => {
	const world = new World()
	world.change("old", -86_400)
	world.change("older", -700)
	assert.equal(await world.sweep(0), 0)
	assert.equal(await world.sweep(120), 0)
	assert.deepEqual(world.events, [])
})

test("a change without an event gets one, once", async () => {
	const world = await begun()
	world.change("lost", 10)
	world.change("written", 20)
	world.write("written", 21)
	assert.equal(await world.sweep(120), 1)
	assert.equal(await world.sweep(240), 0)
	const [, event] = world.events
	assert.deepEqual([event.type, event.aggregate, event.aggregate_id], ["order.updated", "order", "lost"])
})

test("an event from before the change does not stand for it, one after it does", async () => {
	const world = await begun()
	world.write("one", 5)
	world.change("one", 10)
	world.write("other", 5)
	world.write("other", 10)
	world.change("other", 10)
	assert.equal(await world.sweep(120), 1)
	assert.equal(world.events.at(-1)!.aggregate_id, "one")
})

test("a change of this moment is left to its subscriber, and found the next time", async () => {
	const world = await begun()
	world.change("young", 100)
	assert.equal(await world.sweep(120), 0)
	assert.equal(await world.sweep(240), 1)
})

test("a transaction that commits late is found behind the watermark", async () => {
	const world = await begun()
	await world.sweep(1200)
	world.change("late", 600)
	assert.equal(await world.sweep(1300), 1)
})

test("killed before either write, the next sweep finds the same", async () => {
	for (const dies of ["add", "setWatermark"] as const) {
		const world = await begun()
		world.change("lost", 10)
		world.dies = dies
		await assert.rejects(world.sweep(120), Killed)
		world.dies = undefined
		await world.sweep(86_400)
		assert.deepEqual(
			world.events.map(({ aggregate_id }) => aggregate_id),
			["lost"],
			dies,
		)
	}
})

test("what is changed again while the pages are read hides no other change", async () => {
	const world = await begun()
	for (let number = 0; number < 1234; number += 1) world.change(`order_${number}`, 1000 + number)
	const add = world.add.bind(world)
	world.add = async (hints, now) => {
		await add(hints, now)
		// those of the first page, whose time is no longer asked for then
		for (const order of world.orders.slice(0, 300)) order.changed_at = at(86_400)
	}
	await world.sweep(86_400)
	assert.equal(new Set(world.events.map(({ aggregate_id }) => aggregate_id)).size, 1234)
})

test("many changes, also of one moment, and what belongs to nothing", async () => {
	const world = await begun()
	for (let number = 0; number < 1234; number += 1) world.change(`order_${number}`, 10)
	world.change("order_1", 11)
	world.change("", 12)
	assert.equal(await world.sweep(120), 1234)
	assert.equal(new Set(world.events.map(({ aggregate_id }) => aggregate_id)).size, 1234)
})
