/** The columns that ERPNext adds to a product. */
export const ERP_FIELDS = [
	"item_code",
	"short_description",
	"ranking",
	"brand_name",
	"specifications",
] as const

export type Specification = { label: string; description: string }
