import { MedusaService } from "@medusajs/framework/utils"
import { type Options, readOptions } from "../../common/options"
import ErpEvent from "./models/erp-event"
import ErpProduct from "./models/erp-product"
import ErpQuotation from "./models/erp-quotation"
import ErpWatermark from "./models/erp-watermark"

export default class ErpService extends MedusaService({ ErpEvent, ErpProduct, ErpQuotation, ErpWatermark }) {
	readonly options: Options

	constructor(container: Record<string, unknown>, options?: Record<string, unknown>) {
		super(...arguments)
		this.options = readOptions(options)
	}
}
