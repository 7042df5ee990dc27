import assert from "node:assert/strict"
import { test } from "node:test"
import type { OutboxEvent } from "../src/outbox/events"
import { type Deliver, type Failure, sendDue, Sender } from "../src/outbox/sender"
import { Killed, Life, MemoryOutbox } from "./memory"

const START = Date.parse("2026-01-01T00:00:00Z")
const MINUTE = 60_000
const OUTAGE: Failure = { error: "ERPNext cannot be reached: refused", isFinal: false }

/** A shop with events, an ERPNext that notes what arrives, and a clock. */
class World {
	now = START
	readonly outbox = new MemoryOutbox()
	readonly arrived: OutboxEvent[] = []
	readonly clock = () => new Date(this.now)
	/** What ERPNext answers to its n-th request, from 1. */
	answer: (event: OutboxEvent, request: number) => Failure | undefined = () => undefined
	requests = 0

	add(...names: string[]): void {
		for (const name of names) this.outbox.add(name[0], name, this.clock())
	}

	deliver(life: Life): Deliver {
		return async (event) => {
			life.step()
			this.requests += 1
			const failure = this.answer(event, this.requests)
			if (!failure) this.arrived.push(event)
			life.step()
			return failure
		}
	}

	async run(life = new Life()): Promise<number> {
		return await sendDue(this.outbox.seenBy(life), this.deliver(life), this.clock)
	}

	/** What arrived of one order, in order; what came again right after itself counts once. */
	of(aggregate_id: string): string[] {
		const types = this.arrived.filter((event) => event.aggregate_id === aggregate_id).map(({ type }) => type)
		return types.filter((type, index) => type !== types[index - 1])
	}

	get states(): string[] {
		return this.outbox.rows.map(({ type, status }) => `${type} ${status}`)
	}
}

test("everything is sent once, that of each order in its order", async () => {
	const world = new World()
	world.add("a1", "b1", "a2", "c1", "a3", "c2")
	assert.equal(await world.run(), 6)
	assert.deepEqual(
		["a", "b", "c"].map((id) => world.of(id)),
		[["a1", "a2", "a3"], ["b1"], ["c1", "c2"]],
	)
	assert.equal(world.arrived.length, 6)
	assert.ok(world.outbox.rows.every(({ status, sent_at }) => status === "sent" && +sent_at! === START))
	assert.equal(await world.run(), 0)
})

test("killed at any step, nothing is lost and nothing overtakes", async () => {
	const expected = [["a1", "a2", "a3"], ["b1", "b2"], ["c1"]]
	const world = () => {
		const made = new World()
		made.add("a1", "b1", "a2", "c1", "a3", "b2")
		// the second request and the fourth meet an outage
		made.answer = (_, request) => ([2, 4].includes(request) ? OUTAGE : undefined)
		return made
	}
	const undisturbed = new Life()
	await world().run(undisturbed)
	assert.ok(undisturbed.steps > 10)
	let killed = 0
	for (let last = 1; last <= undisturbed.steps + 20; last += 1) {
		const shop = world()
		try {
			await shop.run(new Life(last))
		} catch (error) {
			if (!(error instanceof Killed)) throw error
			killed += 1
		}
		// a minute is the lease, and the first delay
		for (let round = 0; round < 10; round += 1) {
			shop.now += MINUTE
			await shop.run()
		}
		assert.deepEqual(
			["a", "b", "c"].map((id) => shop.of(id)),
			expected,
			`killed at step ${last}`,
		)
		assert.ok(
			shop.outbox.rows.every(({ status }) => status === "sent"),
			`killed at step ${last}`,
		)
		assert.ok(shop.arrived.length <= 6 + 3, "sent again is only what was under way")
	}
	assert.ok(killed >= undisturbed.steps)
})

test("killed again and again, it gets there all the same", async () => {
	for (const last of [4, 5, 6, 7, 8]) {
		const world = new World()
		world.add("a1", "a2", "b1")
		for (let round = 0; round < 40; round += 1) {
			await world.run(new Life(last)).catch((error) => assert.ok(error instanceof Killed))
			world.now += MINUTE
		}
		await world.run()
		assert.deepEqual([world.of("a"), world.of("b")], [["a1", "a2"], ["b1"]], `killed at step ${last}`)
	}
})

test("two senders at once send each event once", async () => {
	const world = new World()
	world.add("a1", "a2", "b1", "b2", "c1")
	const counts = await Promise.all([world.run(), world.run()])
	while (await world.run());
	assert.equal(world.arrived.length, 5)
	assert.ok(counts[0] + counts[1] <= 5)
	assert.deepEqual(
		[world.of("a"), world.of("b")],
		[
			["a1", "a2"],
			["b1", "b2"],
		],
	)
})

test("an event waits longer each time, keeps back its order only, and is given up after three days", async () => {
	const world = new World()
	world.add("a1", "a2")
	world.answer = ({ aggregate_id }) => (aggregate_id === "a" ? OUTAGE : undefined)
	const attempts: number[] = []
	const end = START + 4 * 24 * 60 * MINUTE
	let before = 0
	for (; world.now <= end && world.outbox.rows[0].status === "pending"; world.now += MINUTE) {
		await world.run()
		if (world.requests > before) attempts.push((world.now - START) / MINUTE)
		before = world.requests
	}
	assert.deepEqual(attempts.slice(0, 8), [0, 1, 3, 8, 18, 48, 108, 168])
	assert.equal(attempts.length, 78)
	// 72 hours and 48 minutes
	assert.equal(attempts.at(-1), 4368)
	assert.deepEqual(world.states, ["a1 failed", "a2 pending"])
	assert.equal(world.outbox.rows[0].last_error, "ERPNext cannot be reached: refused")
	world.add("b1")
	world.answer = () => undefined
	assert.equal(await world.run(), 2)
	assert.deepEqual([world.of("a"), world.of("b")], [["a2"], ["b1"]])
})

test("while ERPNext cannot be reached, one batch is tried, and the others lose no attempt", async () => {
	const world = new World()
	world.add(..."abcdefghijklmnopqrst")
	world.answer = () => OUTAGE
	assert.equal(await world.run(), 0)
	assert.equal(world.requests, 10)
	assert.equal(world.outbox.rows.filter(({ attempts }) => attempts).length, 10)
	world.answer = () => undefined
	assert.equal(await world.run(), 10)
})

test("what ERPNext will never take is given up at once and holds up nothing", async () => {
	const world = new World()
	world.add("a1", "a2", "b1")
	world.answer = ({ type }) => (type === "a1" ? { error: "ERPNext answered 400.", isFinal: true } : undefined)
	assert.equal(await world.run(), 2)
	assert.deepEqual(world.states, ["a1 failed", "a2 sent", "b1 sent"])
})

test("a sender runs once at a time, and once more for whoever asked meanwhile", async () => {
	let running = 0
	let runs = 0
	const sender = new Sender(
		async () => {
			running += 1
			assert.equal(running, 1)
			runs += 1
			await new Promise((resolve) => setTimeout(resolve, 5))
			running -= 1
		},
		() => assert.fail(),
	)
	await Promise.all([sender.wake(), sender.wake(), sender.wake()])
	assert.equal(runs, 2)
	const first = sender.wake()
	await new Promise((resolve) => setTimeout(resolve, 1))
	await Promise.all([first, sender.wake(), sender.wake()])
	assert.equal(runs, 4)
})

test("an error of the database is reported, and the next call tries again", async () => {
	const reported: string[] = []
	let runs = 0
	const sender = new Sender(
		async () => {
			runs += 1
			throw new Error("no connection")
		},
		({ message }) => reported.push(message),
	)
	await sender.wake()
	await sender.wake()
	assert.deepEqual([runs, reported], [2, ["no connection", "no connection"]])
})
