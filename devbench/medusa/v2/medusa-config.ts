import { defineConfig } from "@medusajs/framework/utils"

// everything that differs from run to run comes from the environment
declare const process: { env: Record<string, string> }
const { env } = process
const pluginOptions = env.ERP_PLUGIN

module.exports = defineConfig({
	admin: { disable: env.ADMIN !== "1", backendUrl: env.BACKEND_URL },
	projectConfig: {
		databaseUrl: env.DATABASE_URL,
		http: {
			storeCors: "http://127.0.0.1",
			adminCors: "http://127.0.0.1",
			authCors: "http://127.0.0.1",
			jwtSecret: env.JWT_SECRET,
			cookieSecret: env.COOKIE_SECRET,
		},
	},
	plugins: pluginOptions ? [{ resolve: "medusa-plugin-erpnext", options: JSON.parse(pluginOptions) }] : [],
	modules: [
		{
			resolve: "@medusajs/medusa/file",
			options: {
				providers: [
					{
						resolve: "@medusajs/medusa/file-local",
						id: "local",
						options: { backend_url: `${env.BACKEND_URL}/static` },
					},
				],
			},
		},
	],
})
