import assert from "node:assert/strict"
import { test } from "node:test"
import { ShopOutbox } from "../src/outbox/shop"
import { OVERLAP } from "../src/outbox/sweep"
import { Random } from "./random"
import { Process, Scheduler } from "./scheduler"
import { Tables } from "./tables"

/** OUTBOX_SEED=... OUTBOX_RUNS=1 makes a failed run again. */
const SEED = Number(process.env.OUTBOX_SEED ?? Date.now() % 2 ** 31)
const RUNS = Number(process.env.OUTBOX_RUNS ?? 2000)

const START = Date.parse("2026-01-01T00:00:00Z")
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MOVES = 100
const OPTIONS = { secrets: ["s3cret-1"], allow_unsigned: false, erpnext_url: "http://erp.example.com" }

type Health = "well" | "down" | "broken" | "losing"
/** A change of an order, and when it was committed, counted in moves of the run. */
type Change = { id: string; changed_at: number; committed: number; toldBetween: boolean }
type Server = { process: Process; outbox: ShopOutbox; recorded: string[] }

/** Medusas that share a database, an ERPNext, and what happens to them. */
class Run {
	now = START
	moves = 0
	health: Health = "well"
	readonly random: Random
	readonly scheduler: Scheduler
	readonly tables = new Tables()
	readonly changes: Change[] = []
	/** The events in the order in which ERPNext got them first: id, order, and the move. */
	readonly arrived = new Map<string, { id: string; move: number }>()
	readonly servers: Server[] = []
	/** Where processes stood when they were killed. */
	readonly killedAt = new Set<string>()
	private orders = 0

	constructor(
		seed: number,
		private readonly setTime: (now: number) => void,
	) {
		this.random = new Random(seed)
		this.scheduler = new Scheduler(this.random)
		this.tables.watermarks.set("order", new Date(START))
		this.start()
	}

	// -- the servers

	start(): Server {
		const process = new Process(this.scheduler)
		const query = async (sql: string, values: unknown[]) => {
			const [name, run] = this.tables.statement(sql, values)
			return await process.step(name, run)
		}
		const changed = async (since: Date, until: Date, skip: number, take: number) =>
			await process.step("read changes", () => this.changedBetween(+since, +until).slice(skip, skip + take))
		const logger = { error: (message: string) => assert.fail(message) }
		globalThis.fetch = ((_: string, { body }: { body: string }) => this.receive(process, body)) as any
		const outbox = new ShopOutbox(OPTIONS, query, [{ name: "order", changed }], logger)
		const server = { process, outbox, recorded: [] }
		this.servers.push(server)
		return server
	}

	kill(): void {
		// most often where something was committed and nobody has been told
		const silent = this.servers.findIndex(({ process }) => process.standsAt.has("after the commit"))
		const place = silent >= 0 && this.random.chance(0.7) ? silent : this.random.below(this.servers.length)
		const { process } = this.servers.splice(place, 1)[0]
		process.isKilled = true
		for (const name of process.standsAt) this.killedAt.add(name)
		if (!this.servers.length) this.start()
	}

	private changedBetween(since: number, until: number) {
		const newest = new Map<string, number>()
		for (const { id, changed_at } of this.changes) newest.set(id, changed_at)
		return [...newest]
			.filter(([, changed_at]) => changed_at > since && changed_at <= until)
			.sort(([, one], [, other]) => one - other)
			.map(([aggregate_id, changed_at]) => ({
				aggregate: "order" as const,
				aggregate_id,
				changed_at: new Date(changed_at),
			}))
	}

	// -- the shop

	/** Somebody orders, or changes an order: Medusa commits or not, and tells the plugin of what it has committed. */
	async change(server: Server): Promise<void> {
		const known = [...new Set(this.changes.map(({ id }) => id))]
		const isNew = !known.length || this.random.chance(0.4)
		const id = isNew ? `order_${(this.orders += 1)}` : this.random.pick(known)
		const changed_at = this.now
		const events = this.tables.events.length
		const isCommitted = this.random.chance(0.75)
		// some take long
		for (let left = this.random.pick([0, 0, 1, 3]); left; left -= 1)
			await server.process.step("a statement", () => this.pass(this.random.below(40_000)))
		const isThere = await server.process.step("the commit", () => {
			// the database lets no transaction be open for so long
			if (!isCommitted || this.now - changed_at > OVERLAP / 2) return false
			const toldBetween = this.tables.events.slice(events).some(({ aggregate_id }) => aggregate_id === id)
			this.changes.push({ id, changed_at, committed: this.moves, toldBetween })
			return true
		})
		if (!isThere) return
		const type = `order.updated.${this.moves}`
		server.recorded.push(type)
		await server.outbox.record([{ type, aggregate: "order", aggregate_id: id }])
	}

	// -- ERPNext

	private async receive(process: Process, body: string) {
		const { id, aggregate_id } = JSON.parse(body)
		const { health } = this
		const status = await process.step("the request", () => {
			if (health === "down") throw new TypeError("fetch failed")
			if (health === "broken") return 500
			if (this.arrived.has(id)) return 409
			this.arrived.set(id, { id: aggregate_id, move: this.moves })
			return 200
		})
		if (health === "losing") throw new TypeError("terminated")
		return { status, text: async () => JSON.stringify({ message: { status: "received" } }) }
	}

	// -- what happens

	private pass(milliseconds: number): void {
		this.now += milliseconds
		this.setTime(this.now)
	}

	/** One of all that may happen. */
	async move(): Promise<void> {
		this.moves += 1
		this.pass(1 + this.random.below(50))
		const server = this.random.pick(this.servers)
		const number = this.random.below(100)
		if (number < 10) void this.change(server)
		else if (number < 14) void server.outbox.send()
		else if (number < 18) void server.outbox.sweep()
		else if (number < 23) this.kill()
		else if (number < 25 && this.servers.length < 3) this.start()
		else if (number < 29) this.health = this.random.pick<Health>(["well", "well", "down", "broken", "losing"])
		else if (number < 31) this.pass(this.random.below(90_000))
		else if (number < 32) this.pass(2 * OVERLAP)
		else await this.scheduler.advance()
	}

	/** Everything works again, one server is left, and its jobs run for as long as anything waits. */
	async heal(): Promise<void> {
		this.health = "well"
		while (this.servers.length > 1 || this.random.chance(0.5)) this.kill()
		const waits = () => this.tables.events.some(({ status }) => status === "pending")
		for (let round = 0; round < 3 || (waits() && round < 20); round += 1) {
			this.pass(round < 10 ? MINUTE : HOUR)
			const [{ outbox }] = this.servers
			const jobs = outbox.sweep().then(() => outbox.send())
			while (await this.scheduler.advance()) this.moves += 1
			await jobs
		}
	}
}

function check({ tables, arrived, changes, servers }: Run): void {
	const committed = new Set(changes.map(({ id }) => id))
	assert.ok(
		tables.events.every(({ aggregate_id }) => committed.has(aggregate_id)),
		"what was rolled back was told",
	)
	assert.deepEqual(
		tables.events.filter(({ id, status }) => status !== "sent" || !arrived.has(id)),
		[],
		"an event was lost",
	)
	assert.equal(arrived.size, tables.events.length, "an event came from nowhere")
	for (const order of committed) {
		const written = tables.events.filter(({ aggregate_id }) => aggregate_id === order).map(({ id }) => id)
		const got = [...arrived].filter(([, { id }]) => id === order)
		assert.deepEqual(
			got.map(([id]) => id),
			written,
			"an event has overtaken another one",
		)
		const last = changes.filter(({ id }) => id === order).at(-1)!
		// an event that is written while a transaction is open looks as if it told of it, see docs/plugin.md
		const toldAt = got.at(-1)?.[1].move ?? -1
		assert.ok(last.toldBetween || toldAt > last.committed, `a change of ${order} was lost`)
	}
	for (const { recorded } of servers) {
		const written = tables.events.map(({ type }) => type).filter((type) => recorded.includes(type))
		assert.deepEqual(
			written,
			recorded.filter((type) => written.includes(type)),
			"written in another order",
		)
	}
}

test(`${RUNS} interleavings, in which servers are killed at every step (seed ${SEED})`, async (t) => {
	t.mock.timers.enable({ apis: ["Date"], now: START })
	const { fetch } = globalThis
	t.after(() => (globalThis.fetch = fetch))
	const killedAt = new Set<string>()
	let changes = 0
	for (let number = 0; number < RUNS; number += 1) {
		t.mock.timers.setTime(START)
		const run = new Run(SEED + number, (now) => t.mock.timers.setTime(now))
		for (let move = 0; move < MOVES; move += 1) await run.move()
		await run.heal()
		try {
			check(run)
		} catch (error) {
			throw new Error(`OUTBOX_SEED=${SEED + number} OUTBOX_RUNS=1: ${(error as Error).message}`)
		}
		changes += run.changes.length
		for (const name of run.killedAt) killedAt.add(name)
	}
	if (RUNS < 1000) return
	assert.ok(changes > RUNS)
	const steps = ["the commit", "add", "claim", "the request", "sent", "retry"]
	steps.push("watermark", "read changes", "newest", "move the watermark", "forget")
	const expected = steps.flatMap((step) => [`before ${step}`, `after ${step}`])
	assert.deepEqual(
		expected.filter((step) => !killedAt.has(step)),
		[],
		"nobody was killed there",
	)
})
