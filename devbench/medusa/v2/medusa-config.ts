import { defineConfig } from "@medusajs/framework/utils"

// everything that differs from run to run comes from the environment
declare const process: { env: Record<string, string> }
const { env } = process
const extended = env.ERP_EXTENSION === "1"

module.exports = defineConfig({
	admin: { disable: true },
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
	modules: [
		...(extended ? [{ resolve: "./src/modules/erp" }] : []),
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
