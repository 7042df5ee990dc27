import { Product as MedusaProduct } from "@medusajs/medusa"
import { Column, Entity } from "typeorm"
import { Specification } from "../erp-fields"

@Entity()
export class Product extends MedusaProduct {
	@Column({ type: "varchar", nullable: true })
	item_code: string | null

	@Column({ type: "varchar", nullable: true })
	short_description: string | null

	@Column({ type: "int", nullable: true })
	ranking: number | null

	@Column({ type: "varchar", nullable: true })
	brand_name: string | null

	@Column({ type: "jsonb", nullable: true })
	specifications: Specification[] | null
}
