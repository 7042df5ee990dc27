import { ERP_FIELDS } from "../erp-fields"

/** Answers select the columns of a fixed list: add ours to it. */
export default async function showErpFields(): Promise<void> {
	const admin: any = await import("@medusajs/medusa/dist/api/routes/admin/products/index")
	const store: any = await import("@medusajs/medusa/dist/api/routes/store/products/index")
	for (const list of [
		admin.defaultAdminProductFields,
		store.defaultStoreProductsFields,
		store.allowedStoreProductsFields,
	]) {
		list?.push(...ERP_FIELDS)
	}
}
