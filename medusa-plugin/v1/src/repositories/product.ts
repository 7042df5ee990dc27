import { dataSource } from "@medusajs/medusa/dist/loaders/database"
import { ProductRepository as MedusaProducts } from "@medusajs/medusa/dist/repositories/product"
import { Product } from "../models/product"

export const ProductRepository = dataSource
	.getRepository(Product)
	.extend({ ...Object.assign(MedusaProducts, { target: Product }) })

export default ProductRepository
