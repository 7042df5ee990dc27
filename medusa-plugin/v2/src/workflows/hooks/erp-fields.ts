import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { StepResponse } from "@medusajs/framework/workflows-sdk"
import { createProductsWorkflow, updateProductsWorkflow } from "@medusajs/medusa/core-flows"
import { ERP_FIELDS_KEY, type ErpFields, type FieldsByProduct } from "../../erp-fields"
import { ERP_MODULE } from "../../modules/erp"

type Product = { id: string; handle: string }

function fieldsOfRequest(container: MedusaContainer): FieldsByProduct {
	return container.resolve(ERP_FIELDS_KEY, { allowUnregistered: true }) ?? new Map()
}

/** Create a row of ours for each product, and link the two; returns the rows' ids. */
async function addRows(container: MedusaContainer, rows: [Product, ErpFields][]): Promise<string[]> {
	if (!rows.length) return []
	const erp: any = container.resolve(ERP_MODULE)
	const created: { id: string }[] = await erp.createErpProducts(rows.map(([, fields]) => fields))
	await container.resolve(ContainerRegistrationKeys.LINK).create(
		rows.map(([product], index) => ({
			[Modules.PRODUCT]: { product_id: product.id },
			[ERP_MODULE]: { erp_product_id: created[index].id },
		})),
	)
	return created.map((row) => row.id)
}

async function removeRows(ids: string[] | undefined, container: MedusaContainer): Promise<void> {
	const erp: any = container.resolve(ERP_MODULE)
	if (ids?.length) await erp.deleteErpProducts(ids)
}

createProductsWorkflow.hooks.productsCreated(
	async ({ products }, { container }) => {
		const fields = fieldsOfRequest(container)
		const rows = (products as Product[])
			.filter((product) => fields.has(product.handle))
			.map((product): [Product, ErpFields] => [product, fields.get(product.handle)!])
		const ids = await addRows(container, rows)
		return new StepResponse(ids, ids)
	},
	async (ids, { container }) => removeRows(ids, container),
)

updateProductsWorkflow.hooks.productsUpdated(
	async ({ products }, { container }) => {
		const fields = fieldsOfRequest(container)
		const changed = (products as Product[]).filter((product) => fields.has(product.id))
		if (!changed.length) return new StepResponse([], { added: [] as string[], before: [] as object[] })
		const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
			entity: "product",
			fields: ["id", "handle", "erp_product.*"],
			filters: { id: changed.map((product) => product.id) },
		})
		const erp: any = container.resolve(ERP_MODULE)
		const before = data.flatMap((product: any) => (product.erp_product ? [product.erp_product] : []))
		const updates = data
			.filter((product: any) => product.erp_product)
			.map((product: any) => ({ id: product.erp_product.id, ...fields.get(product.id) }))
		if (updates.length) await erp.updateErpProducts(updates)
		const bare = data.filter((product: any) => !product.erp_product) as any as Product[]
		const added = await addRows(
			container,
			bare.map((product): [Product, ErpFields] => [product, fields.get(product.id)!]),
		)
		return new StepResponse([], { added, before })
	},
	async (undo, { container }) => {
		if (!undo) return
		await removeRows(undo.added, container)
		const erp: any = container.resolve(ERP_MODULE)
		if (undo.before.length) await erp.updateErpProducts(undo.before)
	},
)
