import { model } from "@medusajs/framework/utils"

/** The outbox: what ERPNext is told about. */
export const ErpEvent = model
	.define("erp_event", {
		id: model.text().primaryKey(),
		sequence: model.autoincrement(),
		type: model.text(),
		aggregate: model.text(),
		aggregate_id: model.text(),
		status: model.enum(["pending", "sent", "failed"]).default("pending"),
		attempts: model.number().default(0),
		next_attempt_at: model.dateTime(),
		last_error: model.text().nullable(),
		sent_at: model.dateTime().nullable(),
	})
	.indexes([
		{ on: ["aggregate_id", "created_at"] },
		{ on: ["aggregate", "aggregate_id", "sequence"], where: "status = 'pending'" },
		{ on: ["next_attempt_at"], where: "status = 'pending'" },
		{ on: ["sent_at"], where: "status = 'sent'" },
	])

export default ErpEvent
