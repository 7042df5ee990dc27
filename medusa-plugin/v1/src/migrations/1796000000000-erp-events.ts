import { MigrationInterface, QueryRunner } from "typeorm"

export class ErpEvents1796000000000 implements MigrationInterface {
	async up(runner: QueryRunner): Promise<void> {
		await runner.query(`
			CREATE TABLE IF NOT EXISTS erp_event (
				id varchar PRIMARY KEY,
				sequence bigserial NOT NULL,
				type varchar NOT NULL,
				aggregate varchar NOT NULL,
				aggregate_id varchar NOT NULL,
				status varchar NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
				attempts int NOT NULL DEFAULT 0,
				next_attempt_at timestamptz NOT NULL,
				last_error varchar,
				created_at timestamptz NOT NULL DEFAULT now(),
				sent_at timestamptz
			)`)
		await runner.query(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_aggregate_id_created_at"
				ON erp_event (aggregate_id, created_at)`)
		await runner.query(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_pending_sequence"
				ON erp_event (aggregate, aggregate_id, sequence) WHERE status = 'pending'`)
		await runner.query(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_pending_next_attempt_at"
				ON erp_event (next_attempt_at) WHERE status = 'pending'`)
		await runner.query(`
			CREATE INDEX IF NOT EXISTS "IDX_erp_event_sent_sent_at"
				ON erp_event (sent_at) WHERE status = 'sent'`)
		await runner.query(`
			CREATE TABLE IF NOT EXISTS erp_watermark (
				id varchar PRIMARY KEY,
				swept_until timestamptz NOT NULL
			)`)
	}

	async down(runner: QueryRunner): Promise<void> {
		await runner.query("DROP TABLE erp_event")
		await runner.query("DROP TABLE erp_watermark")
	}
}
