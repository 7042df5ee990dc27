import { defineLink } from "@medusajs/framework/utils"
import ProductModule from "@medusajs/medusa/product"
import ErpModule from "../modules/erp"

export default defineLink(ProductModule.linkable.product, {
	linkable: ErpModule.linkable.erpProduct,
	deleteCascade: true,
})
