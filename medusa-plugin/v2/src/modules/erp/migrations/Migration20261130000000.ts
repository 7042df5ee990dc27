import { Migration } from "@medusajs/framework/mikro-orm/migrations"

const TIMES = `
	"created_at" timestamptz NOT NULL DEFAULT now(),
	"updated_at" timestamptz NOT NULL DEFAULT now(),
	"deleted_at" timestamptz NULL`

export class Migration20261130000000 extends Migration {
	override async up(): Promise<void> {
		this.addSql(`
			CREATE TABLE IF NOT EXISTS "erp_event" (
				"id" text PRIMARY KEY,
				"sequence" bigserial NOT NULL,
				"type" text NOT NULL,
				"aggregate" text NOT NULL,
				"aggregate_id" text NOT NULL,
				"status" text NOT NULL DEFAULT 'pending' CHECK ("status" IN ('pending', 'sent', 'failed')),
				"attempts" integer NOT NULL DEFAULT 0,
				"next_attempt_at" timestamptz NOT NULL,
				"last_error" text NULL,
				"sent_at" timestamptz NULL,
				${TIMES}
			)`)
		this.addSql(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_aggregate_id_created_at"
				ON "erp_event" ("aggregate_id", "created_at")`)
		this.addSql(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_pending_sequence"
				ON "erp_event" ("aggregate", "aggregate_id", "sequence") WHERE "status" = 'pending'`)
		this.addSql(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_pending_next_attempt_at"
				ON "erp_event" ("next_attempt_at") WHERE "status" = 'pending'`)
		this.addSql(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_sent_sent_at"
				ON "erp_event" ("sent_at") WHERE "status" = 'sent'`)
		this.addSql(`
			CREATE TABLE IF NOT EXISTS "erp_watermark" (
				"id" text PRIMARY KEY,
				"swept_until" timestamptz NOT NULL,
				${TIMES}
			)`)
	}

	override async down(): Promise<void> {
		this.addSql(`DROP TABLE IF EXISTS "erp_event"`)
		this.addSql(`DROP TABLE IF EXISTS "erp_watermark"`)
	}
}
