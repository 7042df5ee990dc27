import { MigrationInterface, QueryRunner } from "typeorm"

export class ErpFields1700000000000 implements MigrationInterface {
	async up(runner: QueryRunner): Promise<void> {
		await runner.query(`
			ALTER TABLE product
				ADD COLUMN IF NOT EXISTS item_code varchar,
				ADD COLUMN IF NOT EXISTS short_description varchar,
				ADD COLUMN IF NOT EXISTS ranking int,
				ADD COLUMN IF NOT EXISTS brand_name varchar,
				ADD COLUMN IF NOT EXISTS specifications jsonb`)
		await runner.query(`
			CREATE TABLE IF NOT EXISTS erp_quotation (
				id varchar PRIMARY KEY,
				data jsonb NOT NULL,
				updated_at timestamptz NOT NULL DEFAULT now()
			)`)
	}

	async down(runner: QueryRunner): Promise<void> {
		await runner.query(`
			ALTER TABLE product
				DROP COLUMN item_code,
				DROP COLUMN short_description,
				DROP COLUMN ranking,
				DROP COLUMN brand_name,
				DROP COLUMN specifications`)
		await runner.query("DROP TABLE erp_quotation")
	}
}
