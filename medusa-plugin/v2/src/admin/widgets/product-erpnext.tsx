import { defineWidgetConfig } from "@medusajs/admin-sdk"
import type { ErpFields } from "../../erp-fields"
import { useMedusa } from "../lib/medusa"
import { Row, Section } from "../lib/rows"

type Answer = { product: { erp_product?: ErpFields | null } }

/** What ERPNext knows of the product. */
const ProductInErpNext = ({ data: product }: { data: { id: string } }) => {
	const { data, error } = useMedusa<Answer>(`/admin/products/${product.id}?fields=id,*erp_product`)
	const fields = data?.product.erp_product
	if (error) return <Section>{<Row label="Error">{error}</Row>}</Section>
	if (!fields) return null
	return (
		<Section>
			<Row label="Item Code">{fields.item_code}</Row>
			<Row label="Brand">{fields.brand_name}</Row>
			<Row label="Ranking">{fields.ranking}</Row>
			<Row label="Short Description">{fields.short_description}</Row>
			{fields.specifications?.map(({ label, description }) => (
				<Row key={label} label={label}>
					{description}
				</Row>
			))}
		</Section>
	)
}

export const config = defineWidgetConfig({ zone: "product.details.after" })

export default ProductInErpNext
