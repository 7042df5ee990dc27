// everything that differs from run to run comes from the environment
const pluginOptions = process.env.ERP_PLUGIN
const hasAdmin = process.env.ADMIN === "1"

module.exports = {
	projectConfig: {
		database_url: process.env.DATABASE_URL,
		database_type: "postgres",
		jwt_secret: process.env.JWT_SECRET,
		cookie_secret: process.env.COOKIE_SECRET,
		store_cors: "http://127.0.0.1",
		admin_cors: "http://127.0.0.1",
	},
	plugins: [
		"medusa-fulfillment-manual",
		"medusa-payment-manual",
		{
			resolve: "@medusajs/file-local",
			options: { upload_dir: "uploads", backend_url: process.env.BACKEND_URL },
		},
		...(hasAdmin ? [{ resolve: "@medusajs/admin", options: { path: "/app" } }] : []),
		...(pluginOptions
			? [
					{
						resolve: "medusa-plugin-erpnext-v1",
						// without enableUI the admin is built without the plugin's widget
						options: { ...JSON.parse(pluginOptions), enableUI: hasAdmin },
					},
				]
			: []),
	],
	modules: {
		eventBus: { resolve: "@medusajs/event-bus-local" },
		cacheService: { resolve: "@medusajs/cache-inmemory", options: { ttl: 0 } },
	},
}
