import { Column, Entity, PrimaryColumn } from "typeorm"

/** What ERPNext last told about a quotation of the shop. */
@Entity()
export class ErpQuotation {
	@PrimaryColumn()
	id: string

	@Column({ type: "jsonb" })
	data: Record<string, unknown>

	@Column({ type: "timestamptz", default: () => "now()" })
	updated_at: Date
}
