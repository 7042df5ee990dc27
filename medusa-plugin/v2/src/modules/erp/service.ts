import { MedusaService } from "@medusajs/framework/utils"
import { type Options, readOptions } from "../../options"
import ErpProduct from "./models/erp-product"
import ErpQuotation from "./models/erp-quotation"

export default class ErpService extends MedusaService({ ErpProduct, ErpQuotation }) {
	readonly options: Options

	constructor(container: Record<string, unknown>, options?: Record<string, unknown>) {
		super(...arguments)
		this.options = readOptions(options)
	}
}
