import { model } from "@medusajs/framework/utils"

/** What ERPNext knows of a product beyond what Medusa has columns for. */
export const ErpProduct = model.define("erp_product", {
	id: model.id({ prefix: "erpp" }).primaryKey(),
	item_code: model.text().nullable(),
	short_description: model.text().nullable(),
	ranking: model.number().nullable(),
	brand_name: model.text().nullable(),
	specifications: model.json().nullable(),
})

export default ErpProduct
