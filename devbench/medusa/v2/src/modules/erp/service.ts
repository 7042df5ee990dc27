import { MedusaService } from "@medusajs/framework/utils"
import ErpProduct from "./models/erp-product"
import ErpQuotation from "./models/erp-quotation"

export default class ErpService extends MedusaService({ ErpProduct, ErpQuotation }) {}
