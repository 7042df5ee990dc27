import { Migration } from "@medusajs/framework/mikro-orm/migrations"

const TIMES = `
	"created_at" timestamptz NOT NULL DEFAULT now(),
	"updated_at" timestamptz NOT NULL DEFAULT now(),
	"deleted_at" timestamptz NULL`

export class Migration20260101000000 extends Migration {
	override async up(): Promise<void> {
		this.addSql(`
			CREATE TABLE IF NOT EXISTS "erp_product" (
				"id" text PRIMARY KEY,
				"item_code" text NULL,
				"short_description" text NULL,
				"ranking" integer NULL,
				"brand_name" text NULL,
				"specifications" jsonb NULL,
				${TIMES}
			)`)
		this.addSql(`
			CREATE TABLE IF NOT EXISTS "erp_quotation" (
				"id" text PRIMARY KEY,
				"data" jsonb NOT NULL,
				${TIMES}
			)`)
	}

	override async down(): Promise<void> {
		this.addSql(`DROP TABLE IF EXISTS "erp_product"`)
		this.addSql(`DROP TABLE IF EXISTS "erp_quotation"`)
	}
}
