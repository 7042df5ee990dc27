import { registerOverriddenValidators } from "@medusajs/medusa"
import { AdminPostProductsReq as Create } from "@medusajs/medusa/dist/api/routes/admin/products/create-product"
import { AdminPostProductsProductReq as Update } from "@medusajs/medusa/dist/api/routes/admin/products/update-product"
import { IsArray, IsInt, IsOptional, IsString } from "class-validator"
import { Specification } from "../erp-fields"

type Constructor<T> = new (...args: any[]) => T

/** The body that Medusa takes, and our fields. */
function withErpFields<T extends Constructor<object>>(Base: T) {
	class Extended extends Base {
		@IsOptional()
		@IsString()
		item_code?: string

		@IsOptional()
		@IsString()
		short_description?: string

		@IsOptional()
		@IsInt()
		ranking?: number

		@IsOptional()
		@IsString()
		brand_name?: string

		@IsOptional()
		@IsArray()
		specifications?: Specification[]
	}
	return Extended
}

// Medusa finds the class to replace by its name
class AdminPostProductsReq extends withErpFields(Create) {}
class AdminPostProductsProductReq extends withErpFields(Update) {}

registerOverriddenValidators(AdminPostProductsReq as any)
registerOverriddenValidators(AdminPostProductsProductReq as any)
