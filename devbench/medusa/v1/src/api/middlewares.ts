import { authenticate, MiddlewaresConfig } from "@medusajs/medusa"

// only the administrator (token, session or API token) may tell about orders and quotations
export const config: MiddlewaresConfig = {
	routes: ["/store/order-update", "/store/quotation-update"].map((matcher) => ({
		matcher,
		method: "POST",
		middlewares: [authenticate() as any],
	})),
}
