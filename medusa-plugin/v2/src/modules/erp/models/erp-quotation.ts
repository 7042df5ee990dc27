import { model } from "@medusajs/framework/utils"

/** What ERPNext last told about a quotation of the shop, under the shop's own id. */
export const ErpQuotation = model.define("erp_quotation", {
	id: model.text().primaryKey(),
	data: model.json(),
})

export default ErpQuotation
