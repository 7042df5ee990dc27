import { model } from "@medusajs/framework/utils"

/** Up to when the changes of orders, payments, ... have been compared with the outbox. */
export const ErpWatermark = model.define("erp_watermark", {
	id: model.text().primaryKey(),
	swept_until: model.dateTime(),
})

export default ErpWatermark
